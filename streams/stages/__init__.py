"""The six agents: each says its name, its topic and which fold it runs."""

from streams.engine.ports import StageSpec
from streams.stages.attribution import attribution
from streams.stages.enrollment import enrollment
from streams.stages.inspection import inspection
from streams.stages.journey import journey
from streams.stages.outreach import outreach
from streams.stages.tally import tally
from streams.stages.world import World

AGENTS = (enrollment, outreach, inspection, journey, attribution, tally)
"""In the order in which records pass them."""
NAMES = tuple(agent.__name__ for agent in AGENTS)

__all__ = ["AGENTS", "NAMES", "StageSpec", "World"]
