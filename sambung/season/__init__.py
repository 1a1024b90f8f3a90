"""Seasons to try things on: a whole drive for members, invented event by event, with the truth beside it.

>>> season = simulate("mini", seed=1, clean=True)
>>> len(list(season.lines())), len(list(season.truth()))
(604, 444)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sambung.season import script, stories
from sambung.season.plan import SEASONS
from sambung.season.post import Post, deliver, spoil
from sambung.season.slips import cast_of
from sambung.season.wire import Event, line, plain

__all__ = ["SEASONS", "STEPS", "Season", "simulate"]

STEPS = 7
"""How often `simulate` reports progress."""


@dataclass(frozen=True)
class Season:
    """One season by one seed: lines as field teams send them, and what was true."""

    name: str
    seed: int
    clean: bool
    resent: int
    """Lines that repeat another, as the same bytes or spelled otherwise."""
    broken: dict[str, int]
    """Lines to be refused whatever came before, by reason."""
    _script: script.Script
    _lines: Callable[[], Iterator[bytes]]

    def lines(self) -> Iterator[bytes]:
        """Events in order of arrival, each line with its end; the same bytes each time."""
        return self._lines()

    def truth(self) -> Iterator[dict[str, Any]]:
        """A row a member, in the order in which they joined; the same for a clean and a messy season."""
        return iter(script.truth(self._script))

    def truth_lines(self) -> Iterator[bytes]:
        """`truth` as JSON, each line with its end."""
        return (plain(row) + b"\n" for row in self.truth())


def simulate(
    name: str, seed: int, *, clean: bool = False, progress: Callable[[str], None] | None = None
) -> Season:
    """A season of SEASONS. The same name and seed give the same bytes everywhere.

    `progress` is told what comes next, STEPS times. A clean season holds every event once, as it
    stands in the end.
    """
    step = progress or (lambda _what: None)
    plan = SEASONS[name]
    written = script.write(plan, seed, step)
    cast = cast_of(written.events)
    step("corrections")
    told = stories.tell(written.events, cast, seed)
    step("lines")
    finals = [story.final for story in told]
    if clean:
        finals.sort(key=_recorded)
        return Season(name, seed, clean, 0, {}, written, lambda: map(line, finals))
    post = Post(plan, seed)
    deliver(told + stories.strays(told, cast, seed), post, seed)
    broken = spoil(finals, post, seed)
    return Season(name, seed, clean, post.resent, broken, written, post.lines)


def _recorded(event: Event) -> tuple[int, str]:
    return event["recorded_at"], event["event_id"]
