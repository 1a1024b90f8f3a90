"""The six stages: each module names its topic and its fold."""

from collections.abc import Callable, Mapping
from typing import Final

from streams.engine.ports import StageSpec
from streams.stages.attribution import attribution
from streams.stages.context import StageContext
from streams.stages.enrollment import enrollment
from streams.stages.inspection import inspection
from streams.stages.journey import journey
from streams.stages.outreach import outreach
from streams.stages.tally import tally

STAGES: Final[Mapping[str, Callable[[StageContext], StageSpec]]] = {
    "enrollment": enrollment,
    "outreach": outreach,
    "inspection": inspection,
    "journey": journey,
    "attribution": attribution,
    "tally": tally,
}
"""By name, in the order in which records pass them. A Faust agent runs each.

Changelogs and state on disk carry the name, so it never changes within a generation: rename a stage together
with `version` in pyproject.toml, which begins a new one.
"""
NAMES: Final = tuple(STAGES)

__all__ = ["NAMES", "STAGES", "StageContext", "StageSpec"]
