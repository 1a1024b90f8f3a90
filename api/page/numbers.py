"""The numbers of the page that take a second to count: all from `reports`, in one snapshot of the store."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from reports.arrivals import arrivals
from reports.campaigns import Returns, returns
from reports.counts import Count, counts
from reports.credited import Credit, credit_by, credited
from reports.efforts import efforts
from reports.lateness import Growth
from reports.moments import NOW
from reports.newest_days import newest_days
from reports.places import PlaceCount, places
from reports.sources import Source, refused_by_source, sources
from reports.targets import Targets, targets


@dataclass(frozen=True, slots=True)
class Numbers:
    targets: Targets
    campaigns: Returns
    counts: Mapping[str, tuple[Count, ...]]
    """By campaign."""
    approaches: Credit
    places: tuple[PlaceCount, ...]
    growth: tuple[Growth, ...]
    """Of workers."""
    sources: tuple[Source, ...]


def numbers(connection: Connection) -> Numbers:
    standing = targets(connection)
    lines = credited(connection)
    arrived = arrivals(connection)
    return Numbers(
        standing,
        returns(efforts(connection, NOW), lines),
        counts(connection),
        credit_by("approach", lines),
        places(connection),
        newest_days(connection, arrived, standing.day),
        sources(arrived, refused_by_source(connection)),
    )
