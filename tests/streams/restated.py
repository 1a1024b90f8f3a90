"""What a stream made of a season under some rules, and other rules than the release's."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from models.instants import DAY_US
from models.intake.judging import topic_of_line
from models.rules import Position, Rules
from sambung.season import simulate
from streams.restating import TYPES
from streams.topics.names import CREDIT
from tests.simulation.cases import AT_A_CUT
from tests.simulation.kafka import Broker
from tests.simulation.seasons import Records
from tests.simulation.slots import read_along
from tests.simulation.stages import CONTEXT

OTHER: Final = Rules(
    version="other",
    lookback_us={"declared": 0, "attendance": 15 * DAY_US, "company": 5 * DAY_US, "place": 60 * DAY_US},
    place_share=500_001,
    position=Position(first=100_000, last=700_000),
    half_life_us=3 * DAY_US,
)
RULES: Final = {"the release's": CONTEXT.rules, "other": OTHER}
_VERSIONED: Final = ("version", "decided_at")


def records_of(season: str, seed: int) -> Records:
    """`mini` as field teams send it, or a season of the simulation."""
    if season != "mini":
        return AT_A_CUT[season](seed, 40)
    lines = b"".join(simulate("mini", seed).lines()).split(b"\n")
    topics = [(topic_of_line(line), line) for line in lines if line.strip()]
    return [(topic, line) for topic, line in topics if isinstance(topic, str)]


def archive_of(broker: Broker) -> dict[str, list[bytes]]:
    """Canonical texts by type, as a store keeps them."""
    archive: dict[str, list[bytes]] = {event_type: [] for event_type in TYPES}
    accepted = read_along(broker, CONTEXT.topics.accepted).newest
    for content in accepted.values():
        archive[msgspec.json.decode(content.value)["type"]].append(content.value)
    return archive


def stated_by(broker: Broker) -> dict[str, Any]:
    """By member, what its newest statement says of it; without members whom nothing names any more."""
    return contents([one.value for one in read_along(broker, CREDIT).newest.values()])


def contents(records: Sequence[bytes] | Mapping[bytes, bytes]) -> dict[str, Any]:
    """By member, its statement without version and time."""
    values = records.values() if isinstance(records, Mapping) else records
    stated = {one["member_id"]: one for one in map(msgspec.json.decode, values)}
    return {
        member: {name: value for name, value in one.items() if name not in _VERSIONED}
        for member, one in stated.items()
        if one["status"] != "gone"
    }
