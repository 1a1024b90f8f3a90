"""Stage `inspection`: the public topic of visits to companies."""

from streams.attribution.reach import inspection_reach
from streams.engine.ports import StageSpec
from streams.stages.context import StageContext
from streams.stages.event import event_stage
from streams.topics.names import INSPECTION


def inspection(context: StageContext) -> StageSpec:
    reach = inspection_reach(context.topics.journey, context.internal_partition)
    return event_stage("inspection", INSPECTION, context, reach)
