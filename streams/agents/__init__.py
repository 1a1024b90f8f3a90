"""The six agents: each says its name, its topic and which fold it runs."""

from streams.agents.attribution import attribution
from streams.agents.enrollment import enrollment
from streams.agents.inspection import inspection
from streams.agents.journey import journey
from streams.agents.outreach import outreach
from streams.agents.tally import tally
from streams.agents.world import World
from streams.engine.ports import StageSpec

AGENTS = (enrollment, outreach, inspection, journey, attribution, tally)
"""In the order in which records pass them."""
NAMES = tuple(agent.__name__ for agent in AGENTS)

__all__ = ["AGENTS", "NAMES", "StageSpec", "World"]
