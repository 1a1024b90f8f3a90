"""Data quality by source: what came late, was corrected, or was refused."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from models.tables.columns import table_of
from models.tables.rows import RejectedRow
from reports.arrivals import Arrivals
from reports.quantiles import within

LATE_DAYS: Final = 7
"""An event that was recorded later than this after it happened is late."""
MOST_CHARACTERS: Final = 100_000
"""Of a refused value that is read for its source."""
MOST_NAME_CHARACTERS: Final = 64
UNKNOWN: Final = ""
"""Source of refused records that do not name one."""

_REJECTED = table_of(RejectedRow)


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    """Empty for refused records that name none."""
    events: int
    """Accepted ones, in their newest revision."""
    late: int
    median_days_late: int
    """Half of its events were recorded within so many days."""
    corrected: int
    refused: int


def sources(arrived: Iterable[Arrivals], refused: Mapping[str, int]) -> tuple[Source, ...]:
    """By name; what names no source comes last."""
    by_name = defaultdict[str, list[Arrivals]](list)
    for one in arrived:
        by_name[one.source].append(one)
    names = sorted({*by_name, *refused} - {UNKNOWN})
    names += [UNKNOWN] if refused.get(UNKNOWN) else []
    return tuple(_source(name, by_name[name], refused.get(name, 0)) for name in names)


def _source(name: str, arrived: list[Arrivals], refused: int) -> Source:
    days = Counter[int]()
    for one in arrived:
        days[one.days_late] += one.events
    return Source(
        name,
        days.total(),
        sum(events for late, events in days.items() if late > LATE_DAYS),
        within(days, 1, 2),
        sum(one.events for one in arrived if one.is_corrected),
        refused,
    )


_sent = msgspec.json.Decoder(dict[str, Any]).decode
"""Of a name that comes twice the last value, as the pipeline takes it."""


def refused_by_source(connection: Connection) -> Mapping[str, int]:
    """Refused records by the source that their value names."""
    return Counter(_sources_of_refused(connection))


def _sources_of_refused(connection: Connection) -> Iterator[str]:
    short = func.substr(_REJECTED.c.value, 1, MOST_CHARACTERS)
    with connection.execute(select(short).execution_options(yield_per=1_000)) as values:
        for value in values.scalars():
            yield _source_in(value)


def _source_in(value: str | None) -> str:
    try:
        source = _sent(value or "").get("source")
    except msgspec.DecodeError:
        return UNKNOWN
    if not isinstance(source, str) or not source.isprintable():
        return UNKNOWN
    return source if len(source) <= MOST_NAME_CHARACTERS else UNKNOWN
