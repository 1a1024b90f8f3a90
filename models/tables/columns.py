"""Shared by tables and views of the store: the type of an instant, and their names."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, ClassVar, Final

from sqlalchemy import BigInteger, DateTime, MetaData, String, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import declared_attr
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

from models.instants import DAY_US, SECOND_US, parse, sql_text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

STORE: Final = MetaData()
"""Tables of the store; separate from those of other users of SQLModel in the same process."""
VIEWS: Final = MetaData()
"""Views of the store, to select from; created by `models.tables.views.create_views`, not by `create_all`."""
IN_KEY_ORDER: Final[dict[str, Any]] = {"sqlite_with_rowid": False}
"""Table option: SQLite stores the rows in key order (WITHOUT ROWID)."""


class Instant(TypeDecorator[int]):
    """Whole microseconds since 1970 in Python; UTC text in SQLite, timestamptz in PostgreSQL."""

    impl = String(26)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str] | TypeEngine[datetime]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(26))

    def process_bind_param(self, value: int | None, dialect: Dialect) -> str | datetime | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return _EPOCH + timedelta(microseconds=value)
        return sql_text(value)

    def process_result_value(self, value: str | datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        if value is None:
            return None
        if isinstance(value, datetime):
            since = value - _EPOCH
            return since.days * DAY_US + since.seconds * SECOND_US + since.microseconds
        return parse(wire_text(value))


@lru_cache(maxsize=10_000)
def stored_text(wire: str) -> str:
    """SQLite's text of a canonical instant; cached, as one touch is in the lines of many members.

    >>> stored_text("2017-09-01T02:00:00.000000Z")
    '2017-09-01 02:00:00.000000'
    """
    return f"{wire[:10]} {wire[11:26]}"


def wire_text(stored: str | datetime) -> str:
    """Canonical text of an instant as the driver returns it, without SQLAlchemy's type.

    >>> wire_text("2017-09-01 02:00:00.000000")
    '2017-09-01T02:00:00.000000Z'
    """
    if isinstance(stored, datetime):
        return stored.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"
    return f"{stored[:10]}T{stored[11:26]}Z"


def table_name(class_name: str) -> str:
    """The class name in snake case, without `Row`.

    >>> table_name("LiveCountRow")
    'live_count'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", class_name.removesuffix("Row")).lower()


class RowModel(SQLModel):
    """A row of the store. Its table is named after the class, its columns after the fields."""

    metadata: ClassVar[MetaData] = STORE

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805
        return table_name(cls.__name__)


class ViewModel(RowModel):
    """A row of a view, named likewise; its primary key identifies a row."""

    metadata: ClassVar[MetaData] = VIEWS


def table_of(row: type[RowModel]) -> Table:
    """The table or view behind a row class."""
    return row.metadata.tables[str(row.__tablename__)]


def batch_field() -> int:
    """The last column of a table that others follow: a row is written with it at its end.

    Rows of before the column have 0.
    """
    column: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    return column
