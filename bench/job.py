"""The one-stage job: its events, a company's state, an enrollment's credit.

Every contender runs these functions; they differ in how they move events, state and records.
"""

from collections.abc import Iterator
from random import Random

from msgspec import Struct
from msgspec.json import Decoder, Encoder

from streams.attribution.credit.rounding import equally

COMPANIES = 20_000
ENROLLMENTS = 0.28
"""Share of the events."""
MOST_TOUCHES = 50
"""Newest touches stored per company."""
MINUTE_US = 60 * 1_000_000
LOOKBACK_US = 30 * 24 * 60 * MINUTE_US
SEASON_US = 273 * 24 * 60 * MINUTE_US
"""January to September."""
LATE_US = 24 * 60 * MINUTE_US
"""Events are up to a day late."""
PARTITIONS = 4


class Event(Struct):
    """A touch of a company, or the enrollment of one of its workers."""

    type: str
    event_id: str
    company_id: str
    occurred_us: int
    campaign_id: str


class Touch(Struct, frozen=True, array_like=True):
    """A touch in a company's state."""

    occurred_us: int
    event_id: str
    campaign_id: str


class Share(Struct, array_like=True):
    touch_id: str
    campaign_id: str
    millionths: int


class Credit(Struct):
    """Credit of an enrollment: equal shares for the touches of the last 30 days; none means organic."""

    enrollment_id: str
    company_id: str
    lines: list[Share]


decode = Decoder(Event).decode
_encode = Encoder().encode


def events(count: int) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of a season of `count` events; the same each time."""
    random = Random(2017)
    for number in range(count):
        company = f"company-{random.randrange(COMPANIES):05}"
        event = Event(
            "enrollment" if random.random() < ENROLLMENTS else "touch",
            f"{random.getrandbits(64):016x}-{number:08}",
            company,
            SEASON_US * number // count - random.randrange(LATE_US),
            f"campaign-{random.randrange(200):03}",
        )
        yield company.encode(), _encode(event)


def with_touch(touches: list[Touch], event: Event) -> list[Touch]:
    return [*touches[1 - MOST_TOUCHES :], Touch(event.occurred_us, event.event_id, event.campaign_id)]


def credit(touches: list[Touch], event: Event) -> bytes:
    """The record sent for an enrollment."""
    end, start = event.occurred_us, event.occurred_us - LOOKBACK_US
    counting = [touch for touch in touches if start <= touch.occurred_us <= end]
    shares = equally(1_000_000, len(counting)) if counting else []
    lines = [
        Share(touch.event_id, touch.campaign_id, share) for touch, share in zip(counting, shares, strict=True)
    ]
    return _encode(Credit(event.event_id, event.company_id, lines))


def expected(records: Iterator[tuple[bytes, bytes]]) -> list[bytes]:
    """The records that every contender must send, sorted."""
    stored: dict[str, list[Touch]] = {}
    sent: list[bytes] = []
    for _, value in records:
        event = decode(value)
        touches = stored.get(event.company_id, [])
        if event.type == "touch":
            stored[event.company_id] = with_touch(touches, event)
        else:
            sent.append(credit(touches, event))
    return sorted(sent)
