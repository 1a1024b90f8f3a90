"""Place touches by place and time, and members by place and day. In memory only.

Both are indexed by the code of the sub-district, the regency and the province: nine of ten shows reach only
one sub-district, and need not be compared with all members.
"""

from bisect import bisect_left

from models.instants import DAY_US
from models.touches import Touch
from streams.attribution.messages import PlaceReached


def _codes(place: str) -> tuple[str, str, str]:
    """Codes of a sub-district, its regency and its province: a touch at any of them reaches it."""
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
    """Every active place touch; each partition has a copy of all."""

    def __init__(self, lookback_us: int) -> None:
        self._lookback_us = lookback_us
        self._by_code: dict[str, dict[Touch, None]] = {}
        self._by_sub_district: dict[str, _Touches] = {}
        """All touches that reach a sub-district, filled at its first query."""
        self._lists_by_code: dict[str, list[_Touches]] = {}
        """The same lists by each code of the sub-district."""

    def put(self, old: PlaceReached | None, new: PlaceReached) -> None:
        if old is not None and old.active:
            del self._by_code[old.place][old.touch]
            for touches in self._lists_by_code.get(old.place, ()):
                touches.remove(old.touch)
        if new.active:
            self._by_code.setdefault(new.place, {})[new.touch] = None
            for touches in self._lists_by_code.get(new.place, ()):
                touches.add(new.touch)

    def around(self, place: str, occurred_us: int) -> tuple[Touch, ...]:
        """Touches inside the lookback at a sub-district, its regency or its province, in touch order."""
        touches = self._by_sub_district.get(place) or self._fill(place)
        return touches.within(occurred_us - self._lookback_us, occurred_us)

    def _fill(self, place: str) -> _Touches:
        touches = self._by_sub_district[place] = _Touches()
        for code in _codes(place):
            self._lists_by_code.setdefault(code, []).append(touches)
            for touch in self._by_code.get(code, ()):
                touches.add(touch)
        return touches


class Nearby:
    """Members whose outcome a place touch can change, by place and day of their membership."""

    def __init__(self, lookback_us: int) -> None:
        self._lookback_us = lookback_us
        self._days: dict[str, dict[int, dict[bytes, None]]] = {}
        """Members by sub-district and day."""
        self._days_by_code: dict[str, list[dict[int, dict[bytes, None]]]] = {}
        """The same days by each code of the sub-district."""

    def add(self, member: bytes, place: str, occurred_us: int) -> None:
        days = self._days.get(place)
        if days is None:
            days = self._days[place] = {}
            for code in _codes(place):
                self._days_by_code.setdefault(code, []).append(days)
        days.setdefault(occurred_us // DAY_US, {})[member] = None

    def remove(self, member: bytes, place: str, occurred_us: int) -> None:
        del self._days[place][occurred_us // DAY_US][member]

    def members(self, *reaches: PlaceReached | None) -> list[bytes]:
        """Members that any of the reaches may concern, and a few more, as it compares whole days."""
        found: dict[bytes, None] = {}
        for reach in reaches:
            if reach is not None and reach.active:
                first = reach.touch.touched_us // DAY_US
                last = (reach.touch.touched_us + self._lookback_us) // DAY_US
                for days in self._days_by_code.get(reach.place, ()):
                    for day in range(first, last + 1):
                        if day in days:
                            found.update(days[day])
        return list(found)
