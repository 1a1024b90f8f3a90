"""Who is near what: place touches by place and time, and members by place and day. Memory only.

Both are kept by sub-district and found from a sub-district, its regency or its province: nine of ten shows
reach one sub-district only, and would else be compared with all of them.
"""

from bisect import bisect_left

from models.instants import DAY_US
from models.touches import Touch
from streams.attribution.messages import PlaceReached


def _holders(place: str) -> tuple[str, str, str]:
    """What a touch may have reached that holds for a sub-district."""
    return place, place[:5], place[:2]


class _Touches:
    """Touches in touch order."""

    def __init__(self) -> None:
        self._orders: list[tuple[int, int, str, str]] = []
        self._touches: list[Touch] = []

    def add(self, touch: Touch) -> None:
        at = bisect_left(self._orders, touch.order)
        self._orders.insert(at, touch.order)
        self._touches.insert(at, touch)

    def remove(self, touch: Touch) -> None:
        at = bisect_left(self._orders, touch.order)
        del self._orders[at], self._touches[at]

    def within(self, first_us: int, last_us: int) -> tuple[Touch, ...]:
        start = bisect_left(self._orders, (first_us,))
        return tuple(self._touches[start : bisect_left(self._orders, (last_us + 1,), start)])


class PlaceTouches:
    """Every active place touch of the stream: the same copy in each partition."""

    def __init__(self, lookback_us: int) -> None:
        self._lookback_us = lookback_us
        self._by_reach: dict[str, dict[Touch, None]] = {}
        self._around: dict[str, _Touches] = {}
        """All touches that a sub-district was reached by, once somebody has asked."""
        self._held: dict[str, list[_Touches]] = {}
        """Of the same lists those that a place holds."""

    def put(self, old: PlaceReached | None, new: PlaceReached) -> None:
        if old is not None and old.active:
            del self._by_reach[old.place][old.touch]
            for touches in self._held.get(old.place, ()):
                touches.remove(old.touch)
        if new.active:
            self._by_reach.setdefault(new.place, {})[new.touch] = None
            for touches in self._held.get(new.place, ()):
                touches.add(new.touch)

    def around(self, place: str, occurred_us: int) -> tuple[Touch, ...]:
        """Touches inside the lookback at a sub-district, its regency or its province, in touch order."""
        touches = self._around.get(place) or self._first_asked(place)
        return touches.within(occurred_us - self._lookback_us, occurred_us)

    def _first_asked(self, place: str) -> _Touches:
        touches = self._around[place] = _Touches()
        for reach in _holders(place):
            self._held.setdefault(reach, []).append(touches)
            for touch in self._by_reach.get(reach, ()):
                touches.add(touch)
        return touches


class Nearby:
    """Members by the place and day of their membership: those whom a place touch can change."""

    def __init__(self, lookback_us: int) -> None:
        self._lookback_us = lookback_us
        self._days: dict[str, dict[int, dict[bytes, None]]] = {}
        """Of each sub-district: day to members."""
        self._held: dict[str, list[dict[int, dict[bytes, None]]]] = {}
        """Of the same days those that a place holds."""

    def add(self, member: bytes, place: str, occurred_us: int) -> None:
        days = self._days.get(place)
        if days is None:
            days = self._days[place] = {}
            for reach in _holders(place):
                self._held.setdefault(reach, []).append(days)
        days.setdefault(occurred_us // DAY_US, {})[member] = None

    def remove(self, member: bytes, place: str, occurred_us: int) -> None:
        del self._days[place][occurred_us // DAY_US][member]

    def members(self, *reaches: PlaceReached | None) -> list[bytes]:
        """Members that any of the reaches may hold; whole days, so a few more than it does."""
        found: dict[bytes, None] = {}
        for reach in reaches:
            if reach is not None and reach.active:
                first = reach.touch.touched_us // DAY_US
                last = (reach.touch.touched_us + self._lookback_us) // DAY_US
                for days in self._held.get(reach.place, ()):
                    for day in range(first, last + 1):
                        if day in days:
                            found.update(days[day])
        return list(found)
