"""Agent `inspection`: the public topic of visits to companies."""

from streams.attribution.reach import inspection_reach
from streams.engine.ports import StageSpec
from streams.stages.event import event_stage
from streams.stages.world import World
from streams.topics.names import INSPECTION


def inspection(world: World) -> StageSpec:
    reach = inspection_reach(world.topics.journey, world.internal_partition)
    return event_stage("inspection", INSPECTION, world, reach)
