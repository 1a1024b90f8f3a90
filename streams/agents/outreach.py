"""Agent `outreach`: the public topic of group events."""

from streams.agents.event import event_stage
from streams.agents.world import World
from streams.engine.ports import StageSpec
from streams.folds.reach import outreach_reach
from streams.topics import OUTREACH


def outreach(world: World) -> StageSpec:
    reach = outreach_reach(
        world.topics.journey, world.topics.member, world.internal_partition, world.topics.partitions
    )
    return event_stage("outreach", OUTREACH, world, reach)
