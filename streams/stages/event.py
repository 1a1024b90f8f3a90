"""The common part of the three stages of the public topics: all but their topic and their reach."""

from msgspec.msgpack import Encoder

from streams.attribution.event import EventFold, EventRow, EventTopics, InputPartition, Reach, decode_row
from streams.engine.ports import StageSpec
from streams.engine.rows import CachedRows, Codec
from streams.stages.context import StageContext
from streams.topics.names import REJECTED

CODEC = Codec(Encoder().encode, decode_row, single=lambda _group: True)


def event_stage(name: str, topic: str, context: StageContext, reach: Reach) -> StageSpec:
    def fold(rows: CachedRows[EventRow], partition: int) -> EventFold:
        source = InputPartition(topic, partition, context.public_partition)
        return EventFold(rows, source, context.places, reach, EventTopics(context.topics.accepted, REJECTED))

    changelog, between = context.topics.changelog(name), context.between_stages
    return StageSpec(name, topic, changelog, CODEC, fold, external_input=True, downstream_topics=between)
