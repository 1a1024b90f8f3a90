"""Rule 14 disabled: what a cut waits for."""

from collections.abc import Callable, Iterator
from typing import Any

from pytest import MonkeyPatch  # noqa: PT013 - a type, used by name in every function here

from streams import drain
from streams.drain import Cut, Look
from streams.topics.names import PUBLIC_INPUTS, Topics
from tests.simulation.broken import AT_THE_CUT, breaks

Step = tuple[str, ...]
"""Topics whose ends are noted together."""


def _order(patch: MonkeyPatch, order: Callable[[Step, Step, Step, Step], tuple[Step, ...]]) -> None:
    def steps(topics: Topics) -> Iterator[Step]:
        return iter(order(PUBLIC_INPUTS, (topics.journey,), (topics.member,), (topics.tally,)))

    patch.setattr(drain, "order", steps)


@breaks(14, "steady", stage=AT_THE_CUT)
def all_ends_are_noted_at_the_beginning(patch: MonkeyPatch) -> None:
    original: Any = Cut._passes

    def passes(cut: Cut, look: Look) -> bool:
        first = cut.__dict__.setdefault("_first", look)
        return bool(original(cut, Look(look.commits, first.ends)))

    patch.setattr(Cut, "_passes", passes)


@breaks(14, "small polls", "crowded", AT_THE_CUT)
def what_was_put_back_is_not_waited_for(patch: MonkeyPatch) -> None:
    _order(patch, lambda public, journey, member, tally: (public, journey, member, tally))


@breaks(14, "small polls", "crowded", AT_THE_CUT)
def what_was_revised_meanwhile_is_not_waited_for(patch: MonkeyPatch) -> None:
    _order(patch, lambda public, journey, member, tally: (public, public, journey, member, tally))


@breaks(14, "small polls", stage=AT_THE_CUT)
def members_are_not_waited_for(patch: MonkeyPatch) -> None:
    _order(patch, lambda public, journey, _, tally: (public, journey) * 2 + (tally,))


@breaks(14, "small polls", stage=AT_THE_CUT)
def sums_are_not_waited_for(patch: MonkeyPatch) -> None:
    _order(patch, lambda public, journey, member, _: (public, journey, member) * 2)


@breaks(14, "steady", stage=AT_THE_CUT)
def commits_are_read_after_the_ends(patch: MonkeyPatch) -> None:
    """Each step is compared with the commits of the next look."""
    original: Any = Cut.advance

    def advance(cut: Cut, look: Look) -> Any:
        before = cut.__dict__.setdefault("_before", look)
        cut.__dict__["_before"] = look
        return original(cut, Look(look.commits, before.ends))

    patch.setattr(Cut, "advance", advance)
