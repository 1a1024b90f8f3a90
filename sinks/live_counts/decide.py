"""What a batch of live counts changes, decided without a database."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from models.statement import OFFSET_BITS
from sinks.base import VersionClash
from sinks.wire import LiveCount

Cell = tuple[str, str, str, str]
"""District, month, kind, model."""
Sums = tuple[int, int]
"""Credit in millionths, members."""


@dataclass(slots=True)
class KnownCount:
    """What the sink holds of one campaign."""

    seen: int
    """Highest version seen."""
    rows: dict[Cell, Sums]


@dataclass(slots=True)
class CountChange:
    """Rows of a batch of counts, by the campaign and version that they belong to."""

    put: list[tuple[str, Cell, Sums, int]] = field(default_factory=list)
    removed: list[tuple[str, Cell]] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    """By campaign, the version that its rows now stand for."""


def cells(said: LiveCount) -> dict[Cell, Sums]:
    return {(row.district, row.month, row.kind, row.model): (row.credit, row.members) for row in said.rows}


def newest(counts: Iterable[LiveCount], generation: int) -> dict[str, LiveCount]:
    """The record of the highest version of each campaign; no other leaves a trace. Raises VersionClash."""
    oldest = generation << OFFSET_BITS
    standing: dict[str, LiveCount] = {}
    for said in counts:
        other = standing.get(said.campaign_id)
        if said.version < oldest or (other is not None and said.version < other.version):
            continue
        if other is not None and said.version == other.version and cells(said) != cells(other):
            raise VersionClash(f"Campaign {said.campaign_id}", said.version)
        standing[said.campaign_id] = said
    return standing


def decide(known: dict[str, KnownCount], standing: Iterable[LiveCount]) -> CountChange:
    """Replace each campaign's rows by difference. Raises VersionClash."""
    change = CountChange()
    for said in standing:
        held = known.get(said.campaign_id) or KnownCount(-1, {})
        if said.version < held.seen:
            continue
        rows = cells(said)
        if said.version == held.seen:
            if rows != held.rows:
                raise VersionClash(f"Campaign {said.campaign_id}", said.version)
            continue
        _replace(said, held.rows, rows, change)
    return change


def _replace(said: LiveCount, old: dict[Cell, Sums], new: dict[Cell, Sums], change: CountChange) -> None:
    campaign_id, version = said.campaign_id, said.version
    change.seen[campaign_id] = version
    change.put.extend(
        (campaign_id, cell, sums, version) for cell, sums in new.items() if old.get(cell) != sums
    )
    change.removed.extend((campaign_id, cell) for cell in old if cell not in new)
