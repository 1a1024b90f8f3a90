"""SQL for many rows: worded by SQLAlchemy once, run with plain tuples as the driver takes them."""

from collections.abc import Sequence

from sqlalchemy import Table, and_, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement

Upsert = sqlite.Insert | postgresql.Insert


def names_of(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def replacing(row: Upsert, table: Table, greater: str | None) -> Upsert:
    """An INSERT that replaces the row of the same key, if it need be only where one column grows."""
    rest = {column.name: row.excluded[column.name] for column in table.columns if not column.primary_key}
    where = None if greater is None else row.excluded[greater] > table.c[greater]
    return row.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest, where=where)


def delete_sql(table: Table) -> ClauseElement:
    return delete(table).where(and_(*(column == bindparam(column.name) for column in table.primary_key)))


def compile_sql(statement: ClauseElement, dialect: Dialect, names: Sequence[str]) -> str:
    """SQL whose parameters are, in this order, `names`."""
    compiled = statement.compile(dialect=dialect)
    taken = tuple(getattr(compiled, "positiontup", None) or ())
    if taken != tuple(names):
        raise TypeError(f"the SQL takes its parameters as {taken}, the rows come as {tuple(names)}")
    return str(compiled)
