"""Agent `enrollment`: the public topic of new members."""

from streams.attribution.reach import enrollment_reach
from streams.engine.ports import StageSpec
from streams.stages.event import event_stage
from streams.stages.world import World
from streams.topics.names import ENROLLMENT


def enrollment(world: World) -> StageSpec:
    reach = enrollment_reach(world.topics.journey, world.topics.member, world.internal_partition)
    return event_stage("enrollment", ENROLLMENT, world, reach)
