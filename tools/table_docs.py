"""`docs/tables.md`: every table, view and column of the store."""

import inspect
from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Boolean, Column, Integer

from models.tables.audiences import RoleKind, readable
from models.tables.columns import Instant, RowModel, table_of
from models.tables.meanings import PARTS, description, row_classes
from models.tables.views import CONTRACT

HEAD: Final = f"""# The tables, column by column

Made from the classes in `models/` (`make schemas`); [the store](architecture/store.md) says how to use
them. An *instant* is UTC: text `2017-09-01 02:00:00.000000` in SQLite, `timestamptz` in PostgreSQL. A
*boolean* is 0 or 1 in SQLite. A *key* column is never null; of a view it tells the rows apart. Credit is in
millionths of a member. In PostgreSQL each table says which
[roles](architecture/store.md#roles-of-postgresql) read it.

This is contract {CONTRACT} of the store, as the view `contract` says too: what is there stays, more may come
([when the number grows](following.md#the-contract)). Of the tables of the sinks it covers `batch`, `removed`,
`generation` and `table_description`.
"""


def tables_page() -> str:
    """Text of the page."""
    return "\n".join([HEAD, *(line for title in PARTS for line in _part(title))])


def _part(title: str) -> Iterator[str]:
    yield f"## {title}\n"
    for row in row_classes(PARTS[title]):
        yield f"### `{row.__tablename__}`\n"
        yield inspect.cleandoc(row.__doc__ or "") + "\n"
        yield _readers(str(row.__tablename__), [column.name for column in table_of(row).columns]) + "\n"
        yield "| column | type | | |\n|---|---|---|---|"
        yield from (_line(row, column) for column in table_of(row).columns)
        yield ""


def _readers(table: str, columns: Sequence[str]) -> str:
    """Which roles read the table, and which without some columns."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for kind in RoleKind:
        read = readable(kind, table, columns)
        hidden = tuple(f"`{column}`" for column in columns if column not in read)
        if read:
            kinds.setdefault(hidden, []).append(kind)
    parts = [
        " and ".join(of_kind) + (f" without {', '.join(hidden)}" if hidden else "")
        for hidden, of_kind in kinds.items()
    ]
    everybody = kinds.get(()) == [*RoleKind]
    return "Roles: all." if everybody else f"Roles: {'; '.join(parts) or 'none'}."


def _line(row: type[RowModel], column: Column[object]) -> str:
    key = "key" if column.primary_key else "or null" if column.nullable else ""
    meaning = description(row, column.name).replace("|", "\\|")
    return f"| `{column.name}` | {type_of(column)} | {key} | {meaning} |"


def type_of(column: Column[object]) -> str:
    if isinstance(column.type, Instant):
        return "instant"
    if isinstance(column.type, Boolean):
        return "boolean"
    return "integer" if isinstance(column.type, Integer) else "text"
