"""Invented seasons: a drive for members, event by event, together with the truth about it.

>>> season = simulate("mini", seed=1, clean=True)
>>> len(list(season.lines())), len(list(season.truth()))
(604, 444)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sambung.season import script
from sambung.season.arrivals import Arrivals, add_broken_lines, add_histories
from sambung.season.histories import extra_histories, histories_of
from sambung.season.plan import SEASONS
from sambung.season.slips import alternatives_in
from sambung.season.wire import Event, line, plain

__all__ = ["SEASONS", "STEPS", "Season", "simulate"]

STEPS = 7
"""How often `simulate` reports progress."""


@dataclass(frozen=True)
class Season:
    """A season of one seed: lines as field teams send them, and the truth."""

    name: str
    seed: int
    clean: bool
    resent: int
    """Lines that repeat another one, as the same bytes or in another spelling."""
    broken: dict[str, int]
    """Lines that must be refused, by reason."""
    _script: script.Script
    _lines: Callable[[], Iterator[bytes]]

    def lines(self) -> Iterator[bytes]:
        """Lines in order of arrival, with line ends; the same bytes on each call."""
        return self._lines()

    def truth(self) -> Iterator[dict[str, Any]]:
        """One row per member, in the order of joining; the same for a clean and a messy season."""
        return iter(script.truth(self._script))

    def truth_lines(self) -> Iterator[bytes]:
        """`truth` as JSON, with line ends."""
        return (plain(row) + b"\n" for row in self.truth())


def simulate(
    name: str, seed: int, *, clean: bool = False, progress: Callable[[str], None] | None = None
) -> Season:
    """A season of SEASONS. The same name and seed give the same bytes everywhere.

    `progress` is called STEPS times, with the name of the next step. A clean season has only the last
    revision of each event.
    """
    step = progress or (lambda _what: None)
    plan = SEASONS[name]
    written = script.write(plan, seed, step)
    alternatives = alternatives_in(written.events)
    step("corrections")
    histories = histories_of(written.events, alternatives, seed)
    step("lines")
    finals = [history.final for history in histories]
    if clean:
        finals.sort(key=_recorded)
        return Season(name, seed, clean, 0, {}, written, lambda: map(line, finals))
    arrivals = Arrivals(plan, seed)
    extra = extra_histories(histories, alternatives, seed)
    add_histories(histories + extra, arrivals, seed)
    broken = add_broken_lines(finals, arrivals, seed)
    return Season(name, seed, clean, arrivals.resent, broken, written, arrivals.lines)


def _recorded(event: Event) -> tuple[int, str]:
    return event["recorded_at"], event["event_id"]
