"""Whether the sums hold, and how late, corrected, refused or doubled the data is."""

from collections.abc import Iterator

from reports.document import parts
from reports.document.figures import Figures
from reports.document.words import Words
from reports.drawing.bars import Column as Bar
from reports.drawing.bars import columns
from reports.languages.names import KINDS, MODELS, REASONS
from reports.lateness import Growth
from reports.sources import Source


def quality_section(found: Figures, say: Words) -> parts.Section:
    return parts.Section(
        "quality",
        say("How good the data is"),
        (),
        (_sums(found, say), _late(found, say), _refused(found, say), _enrollments(found, say)),
    )


def _sums(found: Figures, say: Words) -> parts.Section:
    ledger = found.ledger
    members = say.form.number(ledger.active_members)
    verdict: parts.Block
    if ledger.adds_up:
        verdict = parts.Paragraph(
            say(
                "Yes: in the whole store each of %(members)s active members is credited exactly once under "
                "every model.",
                members=members,
            )
        )
    else:
        verdict = parts.Note(
            say(
                "They do not: %(broken)s of the members have wrong credit, so this report must not be "
                "used. sambung audit names them.",
                broken=say.form.number(ledger.broken_members),
            )
        )
    rows = tuple(
        parts.Row(
            one.model, say.named(MODELS, one.model), (say.members(one.credit), say.members(one.expected))
        )
        for one in ledger.sums
    )
    table = parts.Table(
        "ledger",
        say("Credit of all members in the store"),
        say("Credit model"),
        (parts.Column("credit", say("Members credited")), parts.Column("expected", say("Active members"))),
        (parts.Group(rows),),
    )
    blocks = [verdict, table]
    if not found.store.settled:
        blocks.insert(
            0,
            parts.Note(say("The stream is being rebuilt: sums may be of two streams. Make it again later.")),
        )
    return parts.Section("sums", say("Do the numbers add up?"), tuple(blocks))


def _late(found: Figures, say: Words) -> parts.Section:
    heading = say("What came late or was corrected")
    if found.recorded is None:
        left_out = say(
            "The role that made this report may not read the content of events, so this is left out."
        )
        return parts.Section("late", heading, (parts.Note(left_out),))
    lead = parts.Paragraph(
        say(
            "Events of the place and the period by the source that sent them. Late: recorded more than 7 "
            "days after it happened. Corrected: the newest revision is not the first."
        )
    )
    table = parts.Table(
        "sources",
        say("Late and corrected events by source"),
        say("Source"),
        (
            parts.Column("events", say("Events")),
            parts.Column("half", say("Half recorded within")),
            parts.Column("late", say("Late")),
            parts.Column("late_share", say("Share")),
            parts.Column("corrected", say("Corrected")),
            parts.Column("corrected_share", say("Share")),
        ),
        (parts.Group(tuple(_source(one, say) for one in found.recorded.sources)),),
    )
    shown = table if found.recorded.sources else parts.Paragraph(say("None yet."))
    return parts.Section("late", heading, (lead, shown, *_growth(found.recorded.newest_days, say)))


def _source(one: Source, say: Words) -> parts.Row:
    return parts.Row(
        one.name,
        one.name,
        (
            say.count(one.events),
            say.days(one.median_days_late),
            say.count(one.late),
            say.share(one.late, one.events),
            say.count(one.corrected),
            say.share(one.corrected, one.events),
        ),
    )


def _growth(days: tuple[Growth, ...], say: Words) -> Iterator[parts.Block]:
    """Where it can be said of at least one day."""
    if not any(one.expected is not None for one in days):
        return
    yield parts.Paragraph(
        say(
            "Paper lists and slow lines arrive late, so the newest days of the store still grow. The "
            "outlines show what each day is expected to reach, from how late enrollments were recorded in "
            "the 90 days before."
        )
    )
    bars = [Bar(say.form.day(one.day, "d"), one.counted, "", one.expected) for one in days]
    title = say("New workers of the newest days, and what each is expected to reach")
    words = say("%(title)s. The table below has the numbers.", title=title)
    yield parts.Picture(columns(bars, words), words, title)
    rows = tuple(
        parts.Row(
            one.day.isoformat(),
            say.form.day(one.day),
            (say.count(one.counted), say.none if one.expected is None else say.count(one.expected)),
        )
        for one in days
    )
    yield parts.Table(
        "newest_days",
        say("New workers of the newest days"),
        say("Day"),
        (parts.Column("counted", say("Workers so far")), parts.Column("expected", say("Expected"))),
        (parts.Group(rows),),
    )


def _refused(found: Figures, say: Words) -> parts.Section:
    lead = parts.Paragraph(
        say(
            "Records that are no valid events, of all places and times: they are kept with their reason, "
            "and count for nothing until their source sends them again."
        )
    )
    rows = tuple(
        parts.Row(name, say.named(REASONS, name), (say.count(number),))
        for name, number in found.refused.items()
    )
    whole = parts.Row(
        "sum", say("All together"), (say.count(sum(found.refused.values())),), role=parts.Role.SUM
    )
    table = parts.Table(
        "refused",
        say("Refused records by reason"),
        say("Reason"),
        (parts.Column("records", say("Records")),),
        (parts.Group((*rows, whole)),),
    )
    return parts.Section("refused", say("What was refused"), (lead, table))


def _enrollments(found: Figures, say: Words) -> parts.Section:
    rows = (
        ("active", say("Active members")),
        ("cancelled", say("Cancelled members")),
        ("enrolled_again", say("Active members who were enrolled more than once")),
        ("duplicates", say("Their further enrollments, which earn nothing")),
    )
    table = parts.Table(
        "memberships",
        say("Memberships by their status"),
        say("Memberships"),
        tuple(parts.Column(kind, say.named(KINDS, kind)) for kind in KINDS),
        (parts.Group(tuple(parts.Row(name, title, _of_kinds(found, name, say)) for name, title in rows)),),
    )
    return parts.Section("memberships", say("Cancelled and doubled memberships"), (table,))


def _of_kinds(found: Figures, name: str, say: Words) -> tuple[parts.Cell, ...]:
    status = "cancelled" if name == "cancelled" else "active"
    field = name if name in {"duplicates", "enrolled_again"} else "members"
    return tuple(
        say.count(
            sum(getattr(one, field) for one in found.memberships if (one.kind, one.status) == (kind, status))
        )
        for kind in KINDS
    )
