"""What roles may read, in sentences for people."""

from collections.abc import Iterable, Iterator, Mapping

from models.tables.audiences import MAY_INSERT, RoleKind, withheld
from models.tables.catalog import TABLES, VIEWS
from sinks.databases.base import Rights


def of_roles(roles: Mapping[RoleKind, str], rights: Rights) -> Iterator[str]:
    """One sentence or more per role that was named or restricted."""
    for kind, role in roles.items():
        yield f"{role} is {_a(kind)}: it {_may(kind)}."
        if rights.beside[role]:
            yield f"It also reads what is not of the store: {', '.join(rights.beside[role])}."
    for role in rights.restricted:
        yield (
            f"{role} was let read everything by an older release. Now it is a reader: it "
            f"{_may(RoleKind.READER)}. `sambung migrate --analyst {role}` gives it the content of events "
            "back."
        )


def _may(kind: RoleKind) -> str:
    """What roles of a kind may do.

    >>> _may(RoleKind.GATEWAY)
    'reads every table and view but access; it adds rows to access and writes nothing else'
    """
    tables, columns = _withheld(kind)
    but = f" but {_and(tables)}" if tables else ""
    parts = [f"of {table} not {_and(names)}" for table, names in columns.items()]
    writes = [table for table, kinds in MAY_INSERT.items() if kind in kinds and table in TABLES]
    ends = f"it adds rows to {_and(writes)} and writes nothing else" if writes else "it writes none"
    return f"{', '.join([f'reads every table and view{but}', *parts])}; {ends}"


def _withheld(kind: RoleKind) -> tuple[list[str], dict[str, list[str]]]:
    """Tables, and columns by table."""
    names = [name.partition(".") for name in withheld(kind, [*TABLES, *VIEWS])]
    columns: dict[str, list[str]] = {}
    for table, _, column in names:
        if column:
            columns.setdefault(table, []).append(column)
    return [table for table, _, column in names if not column], columns


def _and(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _a(kind: RoleKind) -> str:
    return f"an {kind}" if kind is RoleKind.ANALYST else f"a {kind}"
