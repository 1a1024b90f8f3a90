"""Row changes of a batch of live counts, decided without a database."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from models.statement import LiveCount, first_version
from sinks.base import VersionClash

CountKey = tuple[str, str, str, str]
"""District, month, kind, model."""
Sums = tuple[int, int]
"""Credit in millionths, members."""


@dataclass(slots=True)
class KnownCount:
    """Stored state of one campaign."""

    seen: int
    """Highest version seen."""
    rows: dict[CountKey, Sums]


@dataclass(slots=True)
class CountChanges:
    """Row changes of a batch of counts."""

    put: list[tuple[str, CountKey, Sums, int]] = field(default_factory=list)
    removed: list[tuple[str, CountKey]] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    """By campaign, the version of its rows."""


def sums_by_key(count: LiveCount) -> dict[CountKey, Sums]:
    return {(row.district, row.month, row.kind, row.model): (row.credit, row.members) for row in count.rows}


def newest_by_campaign(counts: Iterable[LiveCount], generation: int) -> dict[str, LiveCount]:
    """The record of each campaign's highest version; the others are ignored. Raises VersionClash."""
    oldest = first_version(generation)
    newest: dict[str, LiveCount] = {}
    for count in counts:
        other = newest.get(count.campaign_id)
        if count.version < oldest or (other is not None and count.version < other.version):
            continue
        if other is not None and count.version == other.version and sums_by_key(count) != sums_by_key(other):
            raise VersionClash(f"Campaign {count.campaign_id}", count.version)
        newest[count.campaign_id] = count
    return newest


def decide(known: dict[str, KnownCount], newest: Iterable[LiveCount]) -> CountChanges:
    """Replace each campaign's rows by difference. Raises VersionClash."""
    change = CountChanges()
    for count in newest:
        stored = known.get(count.campaign_id) or KnownCount(-1, {})
        if count.version < stored.seen:
            continue
        rows = sums_by_key(count)
        if count.version > stored.seen:
            _replace(count, stored.rows, rows, change)
        elif rows != stored.rows:
            raise VersionClash(f"Campaign {count.campaign_id}", count.version)
    return change


def _replace(
    count: LiveCount, old: dict[CountKey, Sums], new: dict[CountKey, Sums], change: CountChanges
) -> None:
    campaign_id, version = count.campaign_id, count.version
    change.seen[campaign_id] = version
    change.put.extend((campaign_id, key, sums, version) for key, sums in new.items() if old.get(key) != sums)
    change.removed.extend((campaign_id, key) for key in old if key not in new)
