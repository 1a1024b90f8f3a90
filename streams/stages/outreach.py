"""Agent `outreach`: the public topic of group events."""

from streams.attribution.reach import outreach_reach
from streams.engine.ports import StageSpec
from streams.stages.event import event_stage
from streams.stages.world import World
from streams.topics.names import OUTREACH


def outreach(world: World) -> StageSpec:
    reach = outreach_reach(
        world.topics.journey, world.topics.member, world.internal_partition, world.topics.partitions
    )
    return event_stage("outreach", OUTREACH, world, reach)
