"""Agent `inspection`: the public topic of visits to companies."""

from streams.agents.event import event_stage
from streams.agents.world import World
from streams.engine.ports import StageSpec
from streams.folds.reach import inspection_reach
from streams.topics import INSPECTION


def inspection(world: World) -> StageSpec:
    reach = inspection_reach(world.topics.journey, world.internal_partition)
    return event_stage("inspection", INSPECTION, world, reach)
