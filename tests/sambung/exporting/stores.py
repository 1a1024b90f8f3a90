"""A store with what is hard to export: hostile texts, nulls beside empty texts, large numbers."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.builders import inspection, outreach
from tests.reports.filled import Filled, wanted
from tests.sinks.records import gone, line, organic, refused, statement

HOSTILE = (
    "=HYPERLINK(1)",
    "+1",
    "-1+1",
    "@SUM(1)",
    "'=1",
    "a;=1+1",
    'say "hi", then -1',
    " =1",
    "＝1＋1",  # noqa: RUF001  what it is about
    "_x0041_",
    "Café é ☕",
    "http://field.example/",
)
"""Names of sources."""
LARGE = 999_999_999_999_999
"""Rupiah; sums of it have 16 digits."""


@contextmanager
def awkward(url: str) -> Iterator[Filled]:
    filled = Filled(url)
    half = {"credit": dict.fromkeys(("first", "last", "linear", "position", "time_decay"), 500_000)}
    filled.apply(
        statement("m2", lines=(line(**half), organic(500_000, number=1))),
        statement("M1", company_id="c1", generation=1_000_000, offset=7),
        statement("m10", lines=(organic(),)),
    )
    filled.apply(gone("m10", 2), counted=False)
    filled.accept(
        *(outreach(name=f"o{at}", source=text, cost_idr=LARGE) for at, text in enumerate(HOSTILE)),
        *(inspection(team=text, name=f"i{at}") for at, text in enumerate(HOSTILE)),
    )
    filled.refuse(refused(offset=5), refused(file="list.ndjson", line=3))
    filled.load(wanted(5))
    yield filled
    filled.close()
