"""The one-stage job: what the events are, what is kept of a company, what an enrollment earns.

Every contender runs these very functions; they differ in how events, state and records move.
"""

from collections.abc import Iterator
from random import Random

from msgspec import Struct
from msgspec.json import Decoder, Encoder

from streams.attribution.credit.rounding import equally

COMPANIES = 20_000
ENROLLMENTS = 0.28
"""Share of the events."""
KEPT = 50
"""Newest touches kept of a company."""
MINUTE_US = 60 * 1_000_000
LOOKBACK_US = 30 * 24 * 60 * MINUTE_US
SEASON_US = 273 * 24 * 60 * MINUTE_US
"""January to September."""
LATE_US = 24 * 60 * MINUTE_US
"""Events come up to a day late."""
PARTITIONS = 4


class Event(Struct):
    """A touch of a company, or the enrollment of one of its workers."""

    type: str
    event_id: str
    company_id: str
    occurred_us: int
    campaign_id: str


class Touch(Struct, frozen=True, array_like=True):
    """What is kept of a touch."""

    occurred_us: int
    event_id: str
    campaign_id: str


class Share(Struct, array_like=True):
    touch_id: str
    campaign_id: str
    millionths: int


class Credit(Struct):
    """What an enrollment says: the touches of its last 30 days, equally; none is organic."""

    enrollment_id: str
    company_id: str
    lines: list[Share]


decode = Decoder(Event).decode
_encode = Encoder().encode


def events(count: int) -> Iterator[tuple[bytes, bytes]]:
    """Key and value of the first `count` of a season's events of `count`; the same each time."""
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
    return [*touches[1 - KEPT :], Touch(event.occurred_us, event.event_id, event.campaign_id)]


def credit(touches: list[Touch], event: Event) -> bytes:
    """The record that an enrollment sends."""
    end, start = event.occurred_us, event.occurred_us - LOOKBACK_US
    counting = [touch for touch in touches if start <= touch.occurred_us <= end]
    shares = equally(1_000_000, len(counting)) if counting else []
    lines = [
        Share(touch.event_id, touch.campaign_id, share) for touch, share in zip(counting, shares, strict=True)
    ]
    return _encode(Credit(event.event_id, event.company_id, lines))


def expected(records: Iterator[tuple[bytes, bytes]]) -> list[bytes]:
    """What any contender must have sent, sorted."""
    kept: dict[str, list[Touch]] = {}
    sent: list[bytes] = []
    for _, value in records:
        event = decode(value)
        touches = kept.get(event.company_id, [])
        if event.type == "touch":
            kept[event.company_id] = with_touch(touches, event)
        else:
            sent.append(credit(touches, event))
    return sorted(sent)
