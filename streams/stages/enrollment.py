"""Stage `enrollment`: the public topic of new members."""

from streams.attribution.reach import enrollment_reach
from streams.engine.ports import StageSpec
from streams.stages.context import StageContext
from streams.stages.event import event_stage
from streams.topics.names import ENROLLMENT


def enrollment(context: StageContext) -> StageSpec:
    reach = enrollment_reach(context.topics.journey, context.topics.member, context.internal_partition)
    return event_stage("enrollment", ENROLLMENT, context, reach)
