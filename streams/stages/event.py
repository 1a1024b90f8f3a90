"""What the three agents of the public topics share: all but their topic and their reach."""

from msgspec.msgpack import Encoder

from streams.attribution.event import EventFold, EventRow, Reach, decode_row
from streams.engine.ports import StageSpec
from streams.engine.rows import CachedRows, Codec
from streams.stages.world import World
from streams.topics.names import REJECTED

CODEC = Codec(Encoder().encode, decode_row, single=lambda _group: True)


def event_stage(name: str, topic: str, world: World, reach: Reach) -> StageSpec:
    def fold(rows: CachedRows[EventRow], partition: int) -> EventFold:
        return EventFold(
            rows,
            topic,
            partition,
            partition_of=world.public_partition,
            places=world.places,
            reach=reach,
            accepted_topic=world.topics.accepted,
            rejected_topic=REJECTED,
        )

    changelog, between = world.topics.changelog(name), world.between_stages
    return StageSpec(name, topic, changelog, CODEC, fold, from_outside=True, hands_on=between)
