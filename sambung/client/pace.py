"""How many events to send at once, and how long to wait: pure, but for the clock."""

import random
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple, Self

MOST_EVENTS: Final = 500
MOST_BYTES: Final = 4 * 1024 * 1024
"""Of a request before compression; the gateway takes 1,000 events and 5 MiB."""
LARGEST_EVENT_BYTES: Final = 5 * 1024 * 1024
_FIRST_NEEDED: Final = 2
_MOST_NEEDED: Final = 32
FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 60.0
LONGEST_ASKED_S: Final = 3_600.0
"""Of a wait that the gateway asks for; a longer one is not believed."""


class Clock:
    """Time and dice, to be replaced in tests."""

    def now(self) -> float:
        """Seconds, never falling."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def share(self) -> float:
        """Between a half and one: clients that fail at once are not to come again at once."""
        return random.uniform(0.5, 1.0)  # noqa: S311  no secret


class BatchSize(NamedTuple):
    """Events in a batch: half as many when a batch is too slow, more when some got through.

    A line gets what it can carry: a size that was too slow is tried again only after some batches below it,
    and after more of them each time that it is too slow again.

    >>> slow = BatchSize(500).halved(500).halved(250)
    >>> slow.events, slow.grown(), slow.grown().grown().events
    (125, BatchSize(events=125, too_many=250, passed=1, needed=2), 250)
    >>> slow.grown().grown().halved(250)
    BatchSize(events=125, too_many=250, passed=0, needed=4)
    """

    events: int
    too_many: int = MOST_EVENTS + 1
    """The size that was too slow."""
    passed: int = 0
    """Batches of this size that got through."""
    needed: int = _FIRST_NEEDED
    """How many have to, before `too_many` is tried again."""

    def halved(self, sent: int) -> Self:
        needed = min(2 * self.needed, _MOST_NEEDED) if sent == self.too_many else _FIRST_NEEDED
        return self._replace(events=max(1, sent // 2), too_many=sent, passed=0, needed=needed)

    def grown(self) -> Self:
        now = self._replace(passed=self.passed + 1)
        if self.events >= self.too_many:
            now = now._replace(too_many=MOST_EVENTS + 1, needed=_FIRST_NEEDED)
        if 2 * self.events >= now.too_many and now.passed < now.needed:
            return now
        return now._replace(events=min(MOST_EVENTS, 2 * self.events), passed=0)


def back_off(faults: int, asked_s: float, share: float) -> float:
    """Seconds to wait after so many faults in a row; never less than what the gateway asks for.

    >>> [back_off(faults, 0, 1.0) for faults in (1, 2, 3, 10)], back_off(1, 30, 0.5)
    ([1.0, 2.0, 4.0, 60.0], 30.5)
    """
    own = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(faults - 1, 10)) * share
    return min(asked_s, LONGEST_ASKED_S) + own if asked_s else own


def retry_after(header: str | None, now: datetime | None = None) -> float:
    """Seconds that a `Retry-After` asks for, as a number or as a date; 0 if it says neither.

    >>> at = datetime(2017, 9, 4, 2, tzinfo=UTC)
    >>> retry_after("7"), retry_after("Mon, 04 Sep 2017 02:00:30 GMT", at), retry_after("soon", at)
    (7.0, 30.0, 0.0)
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_ASKED_S)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    seconds = (until - (now or datetime.now(UTC))).total_seconds()
    return min(max(0.0, seconds), LONGEST_ASKED_S)
