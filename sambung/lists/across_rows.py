"""What only several rows together show: rows that contradict each other, ids that were rounded."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

from sambung.lists.cells import ROUNDED

_MANY_IDS: Final = 4
"""Of so many at least one ends in another digit than 0, unless a spreadsheet has rounded them."""
_ALL_IN_ZERO: Final = f"its national id ends in 0, as all do: {ROUNDED}."
_OTHER_CONTENT: Final = "other content; leave one of them, or number the rows in a column `nomor`."

Event = dict[str, Any]


class Place(NamedTuple):
    """Where an event is listed."""

    file: str
    row: int


class Problem(NamedTuple):
    """What is wrong with a row, which is not sent."""

    place: Place
    sentence: str


class Listed(NamedTuple):
    """What lists have."""

    events: dict[Place, Event]
    """Without revision."""
    problems: list[Problem]

    def with_others(self, others: Self) -> "Listed":
        return Listed(self.events | others.events, self.problems + others.problems)

    def without(self, spoiled: Mapping[Place, str]) -> "Listed":
        """Rows are left out and told with a sentence each."""
        events = {place: event for place, event in self.events.items() if place not in spoiled}
        return Listed(events, sorted([*self.problems, *(Problem(*one) for one in spoiled.items())]))


def without_rounded_ids(listed: Listed, ids: Mapping[Place, Sequence[str]]) -> Listed:
    """A spreadsheet that has rounded the ids of one list has rounded all of them."""
    found = [nik for niks in ids.values() for nik in niks]
    if len(found) < _MANY_IDS or not all(nik.endswith("0") for nik in found):
        return listed
    return listed.without({place: _ALL_IN_ZERO for place, niks in ids.items() if niks})


def without_twins(listed: Listed) -> Listed:
    """Two rows of one number: the same twice is one event; if they differ nobody knows which counts."""
    places: defaultdict[str, list[Place]] = defaultdict(list)
    for place, event in listed.events.items():
        places[event["event_id"]].append(place)
    differing: dict[Place, str] = {}
    for twins in places.values():
        first, *others = (listed.events[place] for place in twins)
        if any(one != first for one in others):
            differing |= {
                place: f"has the number of {_named(twins, place)}, but {_OTHER_CONTENT}" for place in twins
            }
        else:
            for place in twins[1:]:
                del listed.events[place]
    return listed.without(differing)


def _named(twins: Iterable[Place], seen_from: Place) -> str:
    rows = [
        f"row {one.row}" if one.file == seen_from.file else f"row {one.row} of {one.file}"
        for one in twins
        if one != seen_from
    ]
    return " and ".join(rows)
