"""How many joined, and where that stands against the targets of the year."""

from collections.abc import Callable, Iterator
from typing import Final

from models.places import holds
from models.statement import WHOLE_MEMBER
from models.targets import Target, key_of
from reports.document import parts
from reports.document.figures import Figures
from reports.document.words import Words
from reports.drawing.bars import progress
from reports.languages.names import CHANNELS, KINDS
from reports.pace import Pace
from reports.targets import Standing, headline

MOST_TARGETS: Final = 40


def headline_section(found: Figures, say: Words) -> parts.Section:
    standing = {kind: headline(found.targets.targets, kind, found.scope.place) for kind in KINDS}
    cards = parts.Cards(tuple(_card(found, say, kind, standing[kind]) for kind in KINDS))
    nobody = (parts.Note(say("No member of this place and period is known.")),) if found.is_empty else ()
    return parts.Section(
        "members", say("New members"), (*nobody, cards, *_against_target(found, say, standing))
    )


def _card(found: Figures, say: Words, kind: str, standing: Standing | None) -> parts.Card:
    title, number = say.named(KINDS, kind), say.count(found.count(kind))
    year = found.targets.year
    if standing is None:
        return parts.Card(kind, title, number, (say("No target of %(year)s is known for them.", year=year),))
    pace, whole = standing.pace, standing.target.number * WHOLE_MEMBER
    reached = say(
        "By %(day)s: %(reached)s of the %(target)s wanted in %(year)s (%(share)s)",
        reached=say.form.members(pace.reached),
        target=say.form.number(standing.target.number),
        year=year,
        day=say.form.day(found.targets.day),
        share=say.form.share(pace.reached, whole),
    )
    drawn = say(
        "%(share)s of the target; the plan wants %(planned)s by then",
        share=say.form.share(pace.reached, whole),
        planned=say.form.share(pace.expected, whole),
    )
    picture = parts.Picture(progress(pace.reached, whole, pace.expected, drawn), drawn)
    return parts.Card(kind, title, number, (reached, _verdict(pace, say)), picture)


def _verdict(pace: Pace, say: Words) -> str:
    planned = say.form.whole(pace.expected)
    if pace.on_track:
        return say("▲ On track: the plan wants %(planned)s by then", planned=planned)
    return say("▼ Behind: the plan wants %(planned)s by then", planned=planned)


def _against_target(
    found: Figures, say: Words, standing: dict[str, Standing | None]
) -> Iterator[parts.Block]:
    targets = found.targets
    known = next((one for one in standing.values() if one is not None), None)
    if targets.published and known is not None:
        yield parts.Paragraph(
            say("The store has no targets, so these are the published ones of %(year)s.", year=targets.year)
        )
    if known is not None:
        yield _pace_table(known.pace, say, standing, targets.year)
        yield parts.Paragraph(
            say(
                "By the end of %(day)s, %(gone)s of %(days)s days of %(year)s are gone; %(left)s working "
                "days are left (Monday to Friday).",
                day=say.form.day(targets.day),
                gone=say.form.number(known.pace.days_gone),
                days=say.form.number(known.pace.days),
                year=targets.year,
                left=say.form.number(known.pace.working_days_left),
            )
        )
        if known.pace.days_gone < known.pace.days:
            yield parts.Paragraph(
                say(
                    "The forecast takes the mean of the last 28 days for each day to come; its ends are the "
                    "10th and the 90th percentile of the means of seven days in a row among them."
                )
            )
    others = [one for one in targets.targets if one not in standing.values() and _is_in(found, one.target)]
    if others:
        yield _targets_table(found, say, others[:MOST_TARGETS])
    if len(others) > MOST_TARGETS:
        yield parts.Note(
            say(
                "%(number)s further targets are not shown: sambung targets shows all.",
                number=say.form.number(len(others) - MOST_TARGETS),
            )
        )


def _is_in(found: Figures, target: Target) -> bool:
    return found.scope.place is None or holds(found.scope.place, target.place)


def _pace_table(pace: Pace, say: Words, standing: dict[str, Standing | None], year: int) -> parts.Table:
    rows = [
        ("target", say("Target of the year")),
        ("reached", say("Reached")),
        ("share", say("Share of the target")),
        ("planned", say("Planned by then")),
        ("needed", say("Needed on each working day that is left")),
    ]
    if pace.days_gone < pace.days:
        rows += [
            ("forecast", say("Forecast for the end of the year")),
            ("low", say("Lower end of the forecast")),
            ("high", say("Upper end of the forecast")),
        ]
    columns = tuple(parts.Column(kind, say.named(KINDS, kind)) for kind in KINDS)
    return parts.Table(
        "pace",
        say("Progress towards the target of %(year)s", year=year),
        say("Number"),
        columns,
        (
            parts.Group(
                tuple(
                    parts.Row(name, title, tuple(_number(standing[kind], name, say) for kind in KINDS))
                    for name, title in rows
                )
            ),
        ),
    )


def _number(standing: Standing | None, name: str, say: Words) -> parts.Cell:
    if standing is None:
        return say.none
    pace, number = standing.pace, standing.target.number
    cells: dict[str, Callable[[], parts.Cell]] = {
        "target": lambda: say.count(number),
        "reached": lambda: say.members(pace.reached),
        "share": lambda: say.share(pace.reached, number * WHOLE_MEMBER),
        "planned": lambda: say.whole(pace.expected),
        "needed": lambda: say.needed(pace.needed_per_working_day),
        "forecast": lambda: say.whole(pace.forecast.mean),
        "low": lambda: say.whole(pace.forecast.low),
        "high": lambda: say.whole(pace.forecast.high),
    }
    return cells[name]()


def _targets_table(found: Figures, say: Words, others: list[Standing]) -> parts.Table:
    columns = (
        parts.Column("target", say("Target")),
        parts.Column("reached", say("Reached")),
        parts.Column("share", say("Share")),
        parts.Column("planned", say("Planned by then")),
        parts.Column("verdict", say("Where it stands"), is_number=False),
    )
    return parts.Table(
        "targets",
        say("Further targets of %(year)s", year=found.targets.year),
        say("Target for"),
        columns,
        (parts.Group(tuple(_target_row(found, say, one) for one in others)),),
    )


def _target_row(found: Figures, say: Words, one: Standing) -> parts.Row:
    target, pace = one.target, one.pace
    whose = [say.named(KINDS, target.kind)]
    if target.channel is not None:
        whose.append(say.named(CHANNELS, target.channel))
    if target.agent is not None:
        whose.append(target.agent)
    cells = (
        *(_number(one, name, say) for name in ("target", "reached", "share", "planned")),
        parts.Cell(say("on track") if pace.on_track else say("behind")),
    )
    return parts.Row("/".join(key_of(target)), found.places.label(target.place), cells, " · ".join(whose))
