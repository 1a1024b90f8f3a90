"""What must be in the determined tables, computed in one batch from the spec alone.

Shares no code with the pipeline: it judges, orders, joins and divides by itself, forwards from the whole
set of raw records, and knows neither arrival nor state.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from tests.oracle.clock import jakarta_month, sqlite_instant
from tests.oracle.columns import (
    CAMPAIGN,
    CREDIT_CURRENT,
    EVENT,
    INSPECTION,
    LIVE_COUNT,
    MEMBER,
    OUTREACH_EVENT,
)
from tests.oracle.judging import Accepted, KnownPlaces
from tests.oracle.membership import Member, members
from tests.oracle.newest_revisions import NewestRevisions, Raw, newest_revisions
from tests.oracle.rulebook import DEFAULT, WHOLE, Rulebook
from tests.oracle.shares import MODELS, credit
from tests.oracle.tables import Table, Tables

Cells = tuple[Any, ...]


def expected(lines: Iterable[Raw], places: KnownPlaces, rules: Rulebook = DEFAULT) -> Tables:
    """Every determined table for a set of raw records: bare lines, or (topic, value) as Kafka holds them."""
    return tables_of(newest_revisions(lines, places), rules)


def tables_of(newest: NewestRevisions, rules: Rulebook = DEFAULT) -> Tables:
    events = list(newest.values())
    people = members(events, rules)
    credited = [row for member_id, member in people.items() for row in _credit_rows(member_id, member, rules)]
    active = [event for event in events if event.active and event.type != "enrollment"]
    outreach = [event for event in events if event.type == "outreach-event"]
    inspections = [event for event in events if event.type == "inspection"]
    return {
        "event": Table.of("event", EVENT, map(_event_row, events)),
        "member": Table.of("member", MEMBER, (_member_row(*item, rules) for item in people.items())),
        "credit_current": Table.of("credit_current", CREDIT_CURRENT, credited),
        "live_count": Table.of("live_count", LIVE_COUNT, _live_counts(credited, people)),
        "campaign": Table.of("campaign", CAMPAIGN, _campaigns(active)),
        "outreach_event": Table.of(
            "outreach_event", OUTREACH_EVENT, (_columns(event, OUTREACH_EVENT) for event in outreach)
        ),
        "inspection": Table.of(
            "inspection", INSPECTION, (_columns(event, INSPECTION) for event in inspections)
        ),
    }


def _event_row(event: Accepted) -> Cells:
    return (event.type, event.event_id, event.fields["revision"], event.body)


def _member_row(member_id: str, member: Member, rules: Rulebook) -> Cells:
    enrollment, touches = member.enrollment, member.journey.touches
    fields = enrollment.fields
    strongest = max((touch.order[1], touch.evidence) for touch in touches)[1] if touches else "none"
    described = (
        fields["kind"],
        fields["company_id"],
        fields["place"],
        sqlite_instant(enrollment.occurred_us),
    )
    return (
        member_id,
        *described,
        enrollment.event_id,
        fields["status"],
        strongest,
        member.duplicates,
        rules.version,
    )


def _credit_rows(member_id: str, member: Member, rules: Rulebook) -> Iterator[Cells]:
    enrollment, journey = member.enrollment, member.journey
    if not enrollment.active:
        return
    at_us = enrollment.occurred_us
    touched = [
        (
            touch.event.event_id,
            touch.campaign_id,
            touch.channel,
            touch.evidence,
            touch.approach,
            sqlite_instant(touch.event.occurred_us),
        )
        for touch in journey.touches
    ]
    organic = (None, "organic", "organic", "none", "none", None)
    lines = [(number, *line) for number, line in enumerate([*touched, organic])]
    described = (enrollment.fields["kind"], enrollment.fields["place"], sqlite_instant(at_us))
    elapsed_us = [at_us - touch.event.occurred_us for touch in journey.touches]
    for model in MODELS:
        earned = credit(model, elapsed_us, journey.amount, rules) if touched else []
        for line, millionths in zip(lines, [*earned, WHOLE - journey.amount], strict=True):
            if millionths:
                yield (member_id, model, *line, millionths, *described)


def _live_counts(credited: Iterable[Cells], people: dict[str, Member]) -> Iterator[Cells]:
    sums: Counter[Cells] = Counter()
    credited_members: dict[Cells, set[str]] = defaultdict(set)
    months = {name: jakarta_month(member.enrollment.occurred_us) for name, member in people.items()}
    for cells in credited:
        row = dict(zip(CREDIT_CURRENT, cells, strict=True))
        member_id = row["member_id"]
        cell = (row["campaign_id"], row["place"][:5], months[member_id], row["kind"], row["model"])
        sums[cell] += row["credit"]
        credited_members[cell].add(member_id)
    for cell, millionths in sums.items():
        yield (*cell, millionths, len(credited_members[cell]))


def _campaigns(active: Iterable[Accepted]) -> Iterator[Cells]:
    """One row per campaign that has an active event; one that is only ever declared has none."""
    of_campaign: dict[str, list[Accepted]] = defaultdict(list)
    for event in active:
        of_campaign[event.fields["campaign_id"]].append(event)
    for campaign_id, events in of_campaign.items():
        outreach_events = [event for event in events if event.type == "outreach-event"]
        instants = [event.occurred_us for event in events]
        yield (
            campaign_id,
            ",".join(sorted({event.fields.get("channel", "inspection") for event in events})),
            len(outreach_events),
            len(events) - len(outreach_events),
            sum(event.fields["headcount"] for event in outreach_events),
            sum(event.fields["cost_idr"] for event in events),
            sqlite_instant(min(instants)),
            sqlite_instant(max(instants)),
        )


def _columns(event: Accepted, names: Iterable[str]) -> Cells:
    columns = event.fields | {
        "occurred_at": sqlite_instant(event.occurred_us),
        "recorded_at": sqlite_instant(event.recorded_us),
        "attendees": len(event.fields.get("attendees", ())),
        "companies": len(event.fields.get("companies", ())),
    }
    return tuple(columns[name] for name in names)
