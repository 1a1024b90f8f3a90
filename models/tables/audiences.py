"""Who may read what of a store in PostgreSQL: each table and view is named, so a new one needs a decision.

`sambung migrate` grants exactly this. A view runs with the rights of its owner, so it must show nothing that
those who may read it may not read in its tables.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class RoleKind(StrEnum):
    """What a role of PostgreSQL is for."""

    READER = "reader"
    """Reporting jobs: no hash of a person and no content of an event."""
    ANALYST = "analyst"
    """Also the content of accepted events, in which people are hashes; not that of refused records."""
    GATEWAY = "gateway"
    """The program that takes events from apps and answers them."""


ALL: Final = frozenset(RoleKind)
CONTENT: Final = frozenset({RoleKind.ANALYST, RoleKind.GATEWAY})
GATEWAY: Final = frozenset({RoleKind.GATEWAY})
NONE: Final[frozenset[RoleKind]] = frozenset()

MAY_READ: Final = {
    "access": NONE,
    "api_key": GATEWAY,
    "batch": ALL,
    "campaign": ALL,
    "contract": ALL,
    "credit": ALL,
    "credit_current": ALL,
    "credit_line": ALL,
    "credit_line_current": ALL,
    "event": CONTENT,
    "event_past": CONTENT,
    "generation": ALL,
    "inspection": ALL,
    "live_count": ALL,
    "member": ALL,
    "outreach_event": ALL,
    "rejected": ALL,
    "rejected.errors": GATEWAY,
    "rejected.headers": GATEWAY,
    "rejected.key": GATEWAY,
    "rejected.value": GATEWAY,
    "rejected_seen": ALL,
    "removed": ALL,
    "scenario": ALL,
    "scenario_credit_line": ALL,
    "scenario_member": ALL,
    "sink_position": ALL,
    "sink_version": ALL,
    "statement": ALL,
    "store_revision": ALL,
    "table_description": ALL,
    "target": ALL,
}
"""By table or view, or by table and column, which takes precedence."""
MAY_INSERT: Final = {"access": GATEWAY}
"""By table; all others are written by their owner alone."""


def readable(kind: RoleKind, table: str, columns: Iterable[str]) -> list[str]:
    """Those columns of a table that roles of a kind may read."""
    return [name for name in columns if kind in MAY_READ.get(f"{table}.{name}", MAY_READ[table])]


def withheld(kind: RoleKind, tables: Iterable[str]) -> list[str]:
    """Names of `MAY_READ` that roles of a kind may not read, of these tables.

    >>> withheld(RoleKind.ANALYST, ["event", "rejected"])
    ['rejected.errors', 'rejected.headers', 'rejected.key', 'rejected.value']
    """
    of_these = set(tables)
    return [name for name, kinds in MAY_READ.items() if kind not in kinds and name.split(".")[0] in of_these]
