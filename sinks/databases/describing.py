"""Comments of PostgreSQL on tables, views and columns."""

from collections.abc import Iterable, Iterator

from sqlalchemy.dialects import postgresql

from models.tables.columns import VIEWS

Meaning = tuple[str, str, str]
"""Table or view, column or nothing, meaning."""

_quoted = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]


def comments(meanings: Iterable[Meaning]) -> Iterator[str]:
    """A statement each."""
    for table, column, meaning in meanings:
        kind = "VIEW" if table in VIEWS.tables else "TABLE"
        what = f"COLUMN {_quoted(table)}.{_quoted(column)}" if column else f"{kind} {_quoted(table)}"
        told = meaning.replace("'", "''").replace("%", "%%")  # the driver takes % for a parameter
        yield f"COMMENT ON {what} IS '{told}'"
