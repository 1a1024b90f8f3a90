"""Months and days in Asia/Jakarta, of instants in the store."""

from sqlalchemy import ColumnElement, Connection, Date, Integer, String, case, cast, func, type_coerce

from models.instants import JAKARTA_PLUS_7_SINCE_US, month_in_jakarta, parse
from models.tables.columns import wire_text


def month_sql(connection: Connection, occurred_at: ColumnElement[int]) -> ColumnElement[str]:
    """Month in Jakarta; before 1964 the instant itself from SQLite, which has no time zones."""
    if connection.dialect.name == "postgresql":
        return func.to_char(func.timezone("Asia/Jakarta", occurred_at), "YYYY-MM")
    since = occurred_at >= JAKARTA_PLUS_7_SINCE_US
    to_the_second = func.substr(occurred_at, 1, len("2017-09-01 02:00:00"))  # SQLite rounds fractions
    in_jakarta = func.strftime("%Y-%m", to_the_second, "+7 hours")
    return case((since, in_jakarta), else_=type_coerce(occurred_at, String))


def day_sql(connection: Connection, occurred_at: ColumnElement[int]) -> ColumnElement[str]:
    """Date in Jakarta, of an instant since 1964."""
    if connection.dialect.name == "postgresql":
        return func.to_char(func.timezone("Asia/Jakarta", occurred_at), "YYYY-MM-DD")
    return func.strftime("%Y-%m-%d", func.substr(occurred_at, 1, len("2017-09-01 02:00:00")), "+7 hours")


def days_between_sql(
    connection: Connection, earlier: ColumnElement[int], later: ColumnElement[int]
) -> ColumnElement[int]:
    """Days from one date to the other, of instants since 1964."""
    dates = [day_sql(connection, one) for one in (earlier, later)]
    if connection.dialect.name == "postgresql":
        first, last = (cast(one, Date) for one in dates)
        return type_coerce(last - first, Integer)
    first_day, last_day = (func.julianday(one) for one in dates)
    return cast(last_day - first_day, Integer)


def as_month(when: str) -> str:
    """The month in a row of `month_sql`."""
    return when if len(when) == len("2017-09") else month_in_jakarta(parse(wire_text(when)))
