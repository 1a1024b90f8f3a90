"""What the agents are given: one place for what they all need."""

from typing import NamedTuple

from models.places import Places
from models.rules import Rules
from streams.topics import Topics

GENERATION_SHIFT = 40
"""Low bits of a public version: the offset; the generation stands above them."""


class World(NamedTuple):
    topics: Topics
    places: Places
    rules: Rules
    generation: int

    @property
    def version_base(self) -> int:
        """What is added to an offset to make a public version."""
        return self.generation << GENERATION_SHIFT
