"""Stage `outreach`: the public topic of group events."""

from streams.attribution.reach import outreach_reach
from streams.engine.ports import StageSpec
from streams.stages.context import StageContext
from streams.stages.event import event_stage
from streams.topics.names import OUTREACH


def outreach(context: StageContext) -> StageSpec:
    reach = outreach_reach(
        context.topics.journey, context.topics.member, context.internal_partition, context.topics.partitions
    )
    return event_stage("outreach", OUTREACH, context, reach)
