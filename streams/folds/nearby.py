"""Who is near what: place touches by place and time, and members by place and day. Memory only."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

from models.instants import DAY_US
from models.places import holds
from models.touches import Touch
from streams.folds.messages import Enrolled, PlaceReached


class PlaceTouches:
    """Every active place touch of the stream: the same copy in each partition."""

    def __init__(self, lookback_us: int) -> None:
        self._lookback_us = lookback_us
        self._by_place: dict[str, list[Touch]] = {}

    def put(self, old: PlaceReached | None, new: PlaceReached) -> None:
        if old is not None and old.active:
            self._by_place[old.place].remove(old.touch)
        if new.active:
            insort(self._by_place.setdefault(new.place, []), new.touch, key=_order)

    def around(self, place: str, occurred_us: int) -> list[Touch]:
        """Touches inside the lookback at a sub-district, its regency or its province, in touch order."""
        found: list[Touch] = []
        for code in (place, place[:5], place[:2]):
            touches = self._by_place.get(code)
            if touches:
                start = bisect_left(touches, occurred_us - self._lookback_us, key=_instant)
                found += touches[start : bisect_right(touches, occurred_us, key=_instant)]
        found.sort(key=_order)
        return found


class Nearby:
    """Members by the place and day of the active enrollment that counts."""

    def __init__(self, lookback_us: int) -> None:
        self._lookback_us = lookback_us
        self._by_place: dict[str, dict[int, dict[bytes, None]]] = {}

    def put(self, member: bytes, old: Enrolled | None, new: Enrolled | None) -> None:
        if old is not None:
            del self._by_place[old.place][old.occurred_us // DAY_US][member]
        if new is not None:
            days = self._by_place.setdefault(new.place, {})
            days.setdefault(new.occurred_us // DAY_US, {})[member] = None

    def members(self, *reaches: PlaceReached | None) -> list[bytes]:
        """Members that any of the reaches may hold; whole days, so a few more than it does."""
        found: dict[bytes, None] = {}
        for reach in reaches:
            if reach is not None and reach.active:
                for day_members in self._days(reach):
                    found.update(day_members)
        return list(found)

    def _days(self, reach: PlaceReached) -> Iterator[dict[bytes, None]]:
        first = reach.touch.touched_us // DAY_US
        last = (reach.touch.touched_us + self._lookback_us) // DAY_US
        for place, days in self._by_place.items():
            if holds(reach.place, place):
                for day in range(first, last + 1):
                    if day in days:
                        yield days[day]


def _order(touch: Touch) -> tuple[int, int, str, str]:
    return touch.order


def _instant(touch: Touch) -> int:
    return touch.touched_us
