"""Agent `enrollment`: the public topic of new members."""

from streams.agents.event import event_stage
from streams.agents.world import World
from streams.engine.ports import StageSpec
from streams.folds.reach import enrollment_reach
from streams.topics import ENROLLMENT


def enrollment(world: World) -> StageSpec:
    reach = enrollment_reach(world.topics.journey, world.topics.member, world.internal_partition)
    return event_stage("enrollment", ENROLLMENT, world, reach)
