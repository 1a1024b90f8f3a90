"""The true season: the last revision of every event, and the cause of every member's enrollment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sambung.season import companies, crowd, efforts, employers, informal
from sambung.season.almanac import MINUTE_US
from sambung.season.dice import Dice
from sambung.season.employers import Drive
from sambung.season.motives import Reach
from sambung.season.plan import Plan
from sambung.season.wire import Event, Habit, instant_text
from sambung.season.world import Company, Gathering, Inspection, Member

CAPTURE_MINUTES = {
    # from the event to its capture in the app, in steps of equal likelihood
    "sipp-online": (0, 1, 2, 5, 15),
    "kantor-diy": (1, 5, 15, 60, 240),
    "bpjstku": (0, 0, 1, 2),
    "aplikasi-perisai": (0, 2, 10, 45, 300, 900),
    "aplikasi-acara": (180, 300, 900, 1_800, 3_600),
    "daftar-kertas": (600, 1_440, 4_000, 9_000, 18_000),
    "tim-deteksi-dini": (30, 120, 400, 1_500),
}
UTC = Habit(offset_minutes=None)
FIRST_WORKER_NUMBER = 17_034_000_000


@dataclass(frozen=True)
class Script:
    events: list[Event]
    """In order of recording."""
    members: list[Member]
    """In order of joining."""
    gatherings: list[Gathering]


def write(plan: Plan, seed: int, step: Callable[[str], None]) -> Script:
    step("shows, walks, meetings and rounds")
    gatherings = efforts.plan_gatherings(plan, seed) + informal.agent_rounds(plan, seed)
    reach = Reach(gatherings)
    drive = Drive(plan, reach)
    step("companies and visits to them")
    firms = companies.new_companies(plan, seed)
    employers.decide_causes(firms, drive, seed)
    step("members")
    members = _everyone(firms, drive, seed)
    crowd.declare(members, reach, seed)
    step("visitors")
    crowd.add_visitors(members, firms, gatherings, seed)
    step("events")
    return Script(_events(members, gatherings, drive.calls, seed), members, gatherings)


def _everyone(firms: list[Company], drive: Drive, seed: int) -> list[Member]:
    """All members with their numbers, in order of joining."""
    members = [
        *employers.enroll_companies(firms, seed),
        *employers.enroll_workers(firms, drive, seed),
        *informal.enroll_informal(drive, seed),
    ]
    members.sort(key=lambda member: (member.at_us, member.member_id, member.place, member.person or ""))
    dice = Dice(seed, "numbers")
    number = FIRST_WORKER_NUMBER
    for member in members:
        member.event_id = dice.uuid()
        if member.kind == "worker":
            number += dice.between(1, 40)
            member.member_id = str(number)
    return members


def _events(
    members: list[Member], gatherings: list[Gathering], calls: list[Inspection], seed: int
) -> list[Event]:
    events = [
        *(_enrollment(member) for member in members),
        *(_outreach_event(gathering) for gathering in gatherings),
        *(_inspection(call) for call in calls),
    ]
    dice = Dice(seed, "capture")
    for event in events:
        delay = dice.quantile(CAPTURE_MINUTES[event["source"]]) * MINUTE_US
        event["recorded_at"] += delay + dice.below(60) * 1_000_000
    return sorted(events, key=lambda event: (event["recorded_at"], event["event_id"]))


def _head(kind: str, event_id: str, at_us: int, source: str) -> Event:
    return {
        "type": kind,
        "event_id": event_id,
        "revision": 0,
        "status": "active",
        "occurred_at": at_us,
        "recorded_at": at_us,
        "source": source,
    }


def _enrollment(member: Member) -> Event:
    return _head("enrollment", member.event_id, member.at_us, member.source) | {
        "member_id": member.member_id,
        "kind": member.kind,
        "company_id": member.company_id,
        "person": member.person,
        "place": member.place,
        "declared": member.declared,
        "programs": list(member.programs),
    }


def _outreach_event(gathering: Gathering) -> Event:
    source = "aplikasi-perisai" if gathering.channel == "perisai" else "aplikasi-acara"
    return _head("outreach-event", gathering.event_id, gathering.start_us, source) | {
        "campaign_id": gathering.campaign_id,
        "channel": gathering.channel,
        "place": gathering.place,
        "headcount": gathering.headcount,
        "attendees": gathering.attendees,
        "companies": gathering.companies,
        "cost_idr": gathering.cost_idr,
    }


def _inspection(call: Inspection) -> Event:
    return _head("inspection", call.event_id, call.at_us, "tim-deteksi-dini") | {
        "campaign_id": call.campaign_id,
        "company_id": call.company_id,
        "team": call.team,
        "place": call.place,
        "stage": call.stage,
        "outcome": call.outcome,
        "cost_idr": call.cost_idr,
    }


def truth(script: Script) -> list[dict[str, Any]]:
    """One row per member: its true cause, and the trace of that in the records."""
    by_id = {gathering.event_id: gathering for gathering in script.gatherings}
    return [
        {
            "member_id": member.member_id,
            "kind": member.kind,
            "company_id": member.company_id,
            "place": member.place,
            "occurred_at": instant_text(member.at_us, UTC),
            "enrollment_event_id": member.event_id,
            "cause": member.cause.campaign_id,
            "channel": member.cause.channel,
            "approach": member.cause.approach,
            "cause_type": member.cause.event_type,
            "cause_event_id": member.cause.event_id,
            "cause_at": None if member.cause.at_us is None else instant_text(member.cause.at_us, UTC),
            "trace": _trace(member, by_id.get(member.cause.event_id or "")),
        }
        for member in script.members
    ]


def _trace(member: Member, gathering: Gathering | None) -> str:
    """The strongest link in the records between the member and its true cause, however old."""
    if member.declared is not None and member.declared == member.cause.campaign_id:
        return "declared"
    if gathering is None:
        return "company" if member.cause.channel == "inspection" else "none"
    if member.person in gathering.attendees:
        return "attendance"
    if member.company_id in gathering.companies:
        return "company"
    return "place" if member.place.startswith(gathering.place) else "none"
