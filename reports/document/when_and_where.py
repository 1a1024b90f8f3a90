"""Members by month and by place, with tables behind the pictures."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from models.places import level, regency
from reports.document import parts
from reports.document.figures import Figures
from reports.document.words import Words
from reports.drawing.bars import Column as Bar
from reports.drawing.bars import columns
from reports.drawing.tiles import Tile, layout, tiles
from reports.languages.names import KINDS
from reports.scope import Period

MOST_MONTHS: Final = 24
NUMBERED_MONTHS: Final = 12
"""With more of them their numbers do not fit above the columns."""
MOST_DISTRICTS: Final = 120
"""In a list of places with more, sub-districts are only shown as their regencies."""
Counts = Mapping[str, int]
"""Members by kind."""


def months_section(found: Figures, say: Words) -> parts.Section:
    by_month = _by_month(found)
    shown = dict(list(by_month.items())[-MOST_MONTHS:])
    early = [one for month, one in by_month.items() if month not in shown]
    rows = [_row(month, say.form.month(month), one, say) for month, one in shown.items()]
    if early:
        rows.insert(0, _row("earlier", say("Earlier months"), _sum(early), say, parts.Role.REST))
    rows.append(_row("sum", say("All together"), _sum(by_month.values()), say, parts.Role.SUM))
    table = parts.Table(
        "months", say("New members by month"), say("Month"), _kind_columns(say), (parts.Group(tuple(rows)),)
    )
    lead = parts.Paragraph(
        say("A member belongs to the month in which its membership began, by the date in Jakarta.")
    )
    pictures = (_month_picture(shown, say),) if shown else ()
    return parts.Section("months", say("By month"), (lead, *pictures, table))


def _month_picture(shown: Mapping[str, Counts], say: Words) -> parts.Picture:
    numbered = len(shown) <= NUMBERED_MONTHS
    form = "MMM" if numbered else "MM"
    bars = [
        Bar(
            say.form.month(month, form),
            one["worker"],
            say.form.number(one["worker"]) if numbered and one["worker"] else "",
        )
        for month, one in shown.items()
    ]
    title = say("New workers by month")
    words = say("%(title)s. The table below has the numbers.", title=title)
    return parts.Picture(columns(bars, words), words, title)


def _by_month(found: Figures) -> Mapping[str, Counts]:
    counted = defaultdict[str, dict[str, int]](lambda: dict.fromkeys(KINDS, 0))
    for one in found.members:
        counted[one.month][one.kind] += one.members
    if found.scope.period is not None:
        months = found.scope.period.months
    else:
        months = Period(min(counted), max(counted)).months if counted else ()
    return {month: counted[month] for month in months}


def places_section(found: Figures, say: Words) -> parts.Section:
    districts = _districts(found)
    by_regency = defaultdict[str, dict[str, Counts]](dict)
    for code, one in districts.items():
        by_regency[regency(code)][code] = one
    detailed = len(districts) <= MOST_DISTRICTS
    blocks: list[parts.Block] = []
    if detailed and len(districts) > 1:
        blocks += [
            parts.Paragraph(
                say(
                    "Each tile is a sub-district, roughly where it lies; the stronger its colour, the "
                    "more new workers. No borders are drawn."
                )
            ),
            parts.Gallery(tuple(_pictures(found, districts, by_regency, say))),
        ]
    if not detailed:
        blocks.append(
            parts.Note(
                say(
                    "There are %(number)s sub-districts, so only their regencies are shown. With --place a "
                    "report shows the sub-districts of one.",
                    number=say.form.number(len(districts)),
                )
            )
        )
    groups = [
        _regency_group(found, code, inside, say, detailed=detailed) for code, inside in by_regency.items()
    ]
    table = parts.Table(
        "places",
        say("New members by the place where they work"),
        say("Place"),
        _kind_columns(say),
        (
            *groups,
            parts.Group(
                (_row("sum", say("All together"), _sum(districts.values()), say, parts.Role.SUM),), "sum"
            ),
        ),
    )
    return parts.Section("places", say("Where they work"), (*blocks, table))


def _districts(found: Figures) -> Mapping[str, Counts]:
    """Of the place, also without members; and those that are on no list any more."""
    counted = defaultdict[str, dict[str, int]](lambda: dict.fromkeys(KINDS, 0))
    for one in found.members:
        counted[one.place][one.kind] += one.members
    known = {code for code in found.places.names if level(code) == "district" and found.scope.has_place(code)}
    return {code: counted[code] for code in sorted(known | counted.keys())}


def _pictures(
    found: Figures,
    districts: Mapping[str, Counts],
    by_regency: Mapping[str, Mapping[str, Counts]],
    say: Words,
) -> Iterator[parts.Picture]:
    at = layout(districts)
    most = max((one["worker"] for one in districts.values()), default=0)
    for code, inside in by_regency.items():
        shown = [
            Tile(one, found.places.name(one), members["worker"], say.form.number(members["worker"]))
            for one, members in inside.items()
        ]
        name = found.places.name(code)
        title = say("Workers by sub-district of %(name)s", name=name)
        words = say("%(title)s. The table below has the numbers.", title=title)
        workers = say.form.number(_sum(inside.values())["worker"])
        yield parts.Picture(tiles(shown, at, most, words), words, f"{name}: {workers}")


def _regency_group(
    found: Figures, code: str, inside: Mapping[str, Counts], say: Words, *, detailed: bool
) -> parts.Group:
    whole = _row(code, found.places.name(code), _sum(inside.values()), say, parts.Role.SUM)
    each = tuple(_row(one, found.places.name(one), members, say) for one, members in inside.items())
    return parts.Group((whole, *each) if detailed else (whole,), code)


def _kind_columns(say: Words) -> tuple[parts.Column, ...]:
    return tuple(parts.Column(kind, say.named(KINDS, kind)) for kind in KINDS)


def _row(
    name: str, header: str, members: Counts, say: Words, role: parts.Role = parts.Role.USUAL
) -> parts.Row:
    return parts.Row(name, header, tuple(say.count(members[kind]) for kind in KINDS), role=role)


def _sum(of: Iterable[Counts]) -> Counts:
    each = list(of)
    return {kind: sum(one[kind] for one in each) for kind in KINDS}
