"""The parts of the live page, each rendered by itself, so that only what changed is sent."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from api.page.chosen import approaches_of, campaigns_of, channels_of, months_of, regencies_of, standings_of
from api.page.desk import Seen
from api.page.rendering import render
from api.page.view import View

Content = Mapping[str, Any]

AT_ONCE: Final = ("now", "newest")
"""Parts that change with every batch."""
STATE: Final = "state"
COUNTED: Final = ("age", "pace", "growth", "channels", "campaigns", "approaches", "months", "places", "audit")
"""Parts that take a second to count, or an audit."""
ALL: Final = (STATE, *AT_ONCE, *COUNTED)
OF_MODEL: Final = ("channels", "campaigns", "approaches")
"""Parts that differ by credit model."""

_CONTENT: Final[Mapping[str, Callable[[Seen, View], Content]]] = {
    "now": lambda seen, _: standings_of(seen),
    "pace": lambda seen, _: standings_of(seen),
    "channels": channels_of,
    "campaigns": campaigns_of,
    "approaches": approaches_of,
    "months": lambda seen, _: months_of(seen),
    "places": lambda seen, _: regencies_of(seen),
}


class Parts:
    """Renders each part once for all who have the same view, until what it shows changes."""

    def __init__(self) -> None:
        self._rendered: dict[tuple[View, str], tuple[object, str]] = {}

    def of(self, names: Iterable[str], seen: Seen, view: View) -> dict[str, str]:
        """HTML by name; of numbers that are not counted yet, or of none, a sentence that says so."""
        return {name: self._one(name, seen, view) for name in names}

    def _one(self, name: str, seen: Seen, view: View) -> str:
        view = view if name in OF_MODEL else view.usual
        shows = _shows(name, seen)
        before = self._rendered.get((view, name))
        if before is None or before[0] != shows:
            before = self._rendered[view, name] = (shows, _part(name, seen, view))
        return before[1]


def _shows(name: str, seen: Seen) -> object:
    """What a part depends on, but its view."""
    counted = None if seen.found is None else seen.found.mark
    match name:
        case "state":
            return seen.state.name, seen.state.waiting, seen.now.fresh.mark
        case "audit":
            return seen.audits.last
        case "now" | "newest":
            return seen.now.fresh.mark, counted
        case _:
            return seen.is_empty, counted


def _part(name: str, seen: Seen, view: View) -> str:
    if name in COUNTED and name != "audit" and (seen.found is None or seen.is_empty):
        return "" if name == "age" else render("parts/nothing.html", view, is_empty=seen.is_empty)
    content = _CONTENT[name](seen, view) if name in _CONTENT else {}
    return render(f"parts/{name}.html", view, seen=seen, **content)
