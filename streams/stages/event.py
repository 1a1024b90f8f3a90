"""What the three agents of the public topics share: all but their topic and their reach."""

from msgspec.msgpack import Encoder

from streams.attribution.event import EventFold, EventRow, Reach, decode_row
from streams.engine.ports import StageSpec
from streams.engine.rows import CachedRows, Codec
from streams.stages.context import StageContext
from streams.topics.names import REJECTED

CODEC = Codec(Encoder().encode, decode_row, single=lambda _group: True)


def event_stage(name: str, topic: str, context: StageContext, reach: Reach) -> StageSpec:
    def fold(rows: CachedRows[EventRow], partition: int) -> EventFold:
        return EventFold(
            rows,
            topic,
            partition,
            partition_of=context.public_partition,
            places=context.places,
            reach=reach,
            accepted_topic=context.topics.accepted,
            rejected_topic=REJECTED,
        )

    changelog, between = context.topics.changelog(name), context.between_stages
    return StageSpec(name, topic, changelog, CODEC, fold, external_input=True, downstream_topics=between)
