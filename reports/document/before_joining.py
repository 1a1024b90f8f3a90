"""Time from a touch to the membership."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from reports.document import parts
from reports.document.figures import Figures
from reports.document.known_by import evidence_title
from reports.document.words import Words
from reports.drawing.bars import Column as Bar
from reports.drawing.bars import columns
from reports.languages.names import CHANNELS, EVIDENCE
from reports.quantiles import within
from reports.waits import together

_UNTIL: Final = (0, 7, 14, 30, 60, 90)
"""Last days of the picture's columns."""


def waits_section(found: Figures, say: Words) -> parts.Section:
    lead = parts.Paragraph(
        say(
            "Days from the date of each touch to that on which the membership began. A campaign that a "
            "form names has no day of its own and is left out. Touches outside of the lookback windows do "
            "not count, so nothing is longer than those."
        )
    )
    named = together(days for touched, days in found.waits.items() if touched.evidence != "place")
    picture = (_picture(named, say),) if named else ()
    columns_of_table = (
        parts.Column("touches", say("Touches")),
        parts.Column("quarter", say("A quarter within")),
        parts.Column("half", say("Half within")),
        parts.Column("three_quarters", say("Three quarters within")),
        parts.Column("longest", say("Longest")),
    )
    table = parts.Table(
        "waits",
        say("Days from a touch to the membership, by evidence and channel"),
        say("Channel"),
        columns_of_table,
        tuple(_groups(found, say)),
    )
    shown = table if found.waits else parts.Paragraph(say("None yet."))
    return parts.Section("waits", say("From a touch to the membership"), (lead, *picture, shown))


def _groups(found: Figures, say: Words) -> Iterator[parts.Group]:
    for evidence in EVIDENCE:
        rows = tuple(
            _row(touched.channel, days, say)
            for touched, days in found.waits.items()
            if touched.evidence == evidence
        )
        if rows:
            yield parts.Group(rows, evidence, evidence_title(evidence, say))


def _row(channel: str, days: Counter[int], say: Words) -> parts.Row:
    quantiles = (within(days, part, 4) for part in (1, 2, 3, 4))
    cells = (say.count(days.total()), *(say.days(one) for one in quantiles))
    return parts.Row(channel, say.named(CHANNELS, channel), cells)


def _picture(days: Counter[int], say: Words) -> parts.Picture:
    bars, first = [], 0
    for last in _UNTIL:
        touches = sum(days[number] for number in range(first, last + 1))
        label = say.form.number(last) if first == last else f"{first}\N{EN DASH}{last}"
        bars.append(Bar(label, touches, say.form.number(touches) if touches else ""))
        first = last + 1
    later = sum(touches for number, touches in days.items() if number >= first)
    if later:
        bars.append(Bar(f"> {_UNTIL[-1]}", later, say.form.number(later)))
    title = say("Touches by attendance or employer, by days until the membership began")
    words = say("%(title)s. The table below has the numbers.", title=title)
    return parts.Picture(columns(bars, words), words, title)
