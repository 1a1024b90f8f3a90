"""How many requests a key may send in a minute, told in the headers `RateLimit` of an IETF draft (10)."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Final, NamedTuple

from api.languages import Words
from api.problems import Problem

WINDOW_S: Final = 60
_MOST_KEYS: Final = 10_000
_TOO_MANY: Final = Words(
    "Kunci ini sudah mengirim {most} permintaan dalam satu menit. Kirim lagi setelah {seconds} detik, lebih "
    "banyak kejadian dalam satu permintaan.",
    "This key has sent {most} requests within a minute. Go on after {seconds} s, with more events per "
    "request.",
)


class _Window(NamedTuple):
    ends_s: float
    left: int


class Rates:
    """Counts requests by key, in windows of a minute."""

    def __init__(self, most: int = 0, clock: Callable[[], float] = monotonic) -> None:
        """`most` of 0 is any number."""
        self._most = most
        self._clock = clock
        self._windows: dict[str, _Window] = {}

    def count(self, key_name: str) -> Mapping[str, str]:
        """Count a request; the headers of its answer. Raises Problem 429."""
        if not self._most:
            return {}
        now_s = self._clock()
        window = self._windows.get(key_name)
        if window is None or window.ends_s <= now_s:
            if len(self._windows) >= _MOST_KEYS:
                self._windows.clear()
            window = _Window(now_s + WINDOW_S, self._most)
        seconds = max(1, round(window.ends_s - now_s))
        left = window.left - 1
        self._windows[key_name] = _Window(window.ends_s, max(left, 0))
        headers = {
            "RateLimit-Policy": f'"minute";q={self._most};w={WINDOW_S}',
            "RateLimit": f'"minute";r={max(left, 0)};t={seconds}',
        }
        if left < 0:
            words = _TOO_MANY.filled(most=self._most, seconds=seconds)
            raise Problem(429, "too_many_requests", words, headers | {"Retry-After": str(seconds)})
        return headers
