"""Figures that the agency published, for comparison: none of them comes from the store."""

from typing import Final, NamedTuple

from reports.document import parts
from reports.document.figures import Figures
from reports.document.words import Words


class Published(NamedTuple):
    """Of the province of Yogyakarta, in one interview with the head of the agency's branch."""

    workers: int = 207_752
    companies: int = 5_998
    new_workers: int = 50_911
    new_companies: int = 1_145
    cases: int = 21_487
    paid_idr: int = 187_600_000_000


PUBLISHED: Final = Published()


def published_section(_: Figures, say: Words) -> parts.Section:
    note = parts.Note(
        say(
            "These figures are not results of this report, and do not change with its place or period. "
            "The head of the agency's branch told them to a newspaper in October 2017 (Solopos / Harian "
            "Jogja), for the province of Yogyakarta. They show what a membership is good for."
        )
    )
    rows = (
        parts.Row("workers", say("Workers who are members"), (say.count(PUBLISHED.workers),)),
        parts.Row("companies", say("Companies that are members"), (say.count(PUBLISHED.companies),)),
        parts.Row(
            "new_workers", say("New workers, January to September 2017"), (say.count(PUBLISHED.new_workers),)
        ),
        parts.Row(
            "new_companies",
            say("New companies, January to September 2017"),
            (say.count(PUBLISHED.new_companies),),
        ),
        parts.Row("cases", say("Cases in which benefits were paid"), (say.count(PUBLISHED.cases),)),
        parts.Row(
            "paid",
            say("Benefits paid, in rupiah"),
            (say.rupiah(PUBLISHED.paid_idr),),
            say("with scholarships for children of workers who died"),
        ),
    )
    table = parts.Table(
        "published",
        say("Published in October 2017"),
        say("Number"),
        (parts.Column("number", say("Published")),),
        (parts.Group(rows),),
    )
    return parts.Section("published", say("Published figures, for comparison"), (note, table))
