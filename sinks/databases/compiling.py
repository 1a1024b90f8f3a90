"""SQL for many rows: compiled by SQLAlchemy once, run by the driver with plain tuples."""

from collections.abc import Sequence

from sqlalchemy import Table, and_, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement

Upsert = sqlite.Insert | postgresql.Insert


def names_of(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def replacing(row: Upsert, table: Table, greater: str | None) -> Upsert:
    """An INSERT that replaces the row of the same key; with `greater`, only where that column grows."""
    rest = {column.name: row.excluded[column.name] for column in table.columns if not column.primary_key}
    where = None if greater is None else row.excluded[greater] > table.c[greater]
    return row.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest, where=where)


def delete_sql(table: Table) -> ClauseElement:
    return delete(table).where(and_(*(column == bindparam(column.name) for column in table.primary_key)))


def compile_sql(statement: ClauseElement, dialect: Dialect, names: Sequence[str]) -> str:
    """SQL with the parameters `names`, in this order."""
    compiled = statement.compile(dialect=dialect)
    parameters = tuple(getattr(compiled, "positiontup", None) or ())
    if parameters != tuple(names):
        raise TypeError(f"the SQL has the parameters {parameters}, the rows the columns {tuple(names)}")
    return str(compiled)
