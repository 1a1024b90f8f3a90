"""Keys of apps as a table, and as JSON."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from api.keys.table import Listed
from models.places import Places
from reports.as_json import as_json
from reports.wording import when


def as_document(keys: Iterable[Listed]) -> str:
    """A JSON list; `places` is null for a key of all places."""
    return as_json(
        [
            {
                "name": one.key.name,
                "scopes": sorted(one.key.scopes),
                "places": one.key.places or None,
                "created_us": one.created_us,
                "revoked_us": one.revoked_us,
            }
            for one in keys
        ]
    )


def show(keys: Sequence[Listed], places: Places, console: Console) -> None:
    """By name."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("key", "may", "at", ""):
        shown.add_column(title, overflow="fold")
    for one in keys:
        scopes = "\n".join(sorted(one.key.scopes)) or "nothing"
        where = "\n".join(f"{code} {places.name(code)}" for code in one.key.places) or "all places"
        shown.add_row(one.key.name, scopes, where, _since(one))
    console.print(shown)


def _since(one: Listed) -> str:
    made = f"made {when(one.created_us)}"
    return made if one.revoked_us is None else f"{made}\nrevoked {when(one.revoked_us)}"
