"""Mistakes in a first revision, corrected later. With every slip the event stays valid."""

from collections.abc import Callable
from dataclasses import dataclass

from models.instants import DAY_US
from sambung.season.almanac import MINUTE_US, instant
from sambung.season.dice import Dice
from sambung.season.geography import REGENCIES, another_nearby
from sambung.season.wire import Event

CLOCK_RESET_US = instant(730_120, 7 * 60)
"""1 January 2000: the clock of a telephone after its battery was empty."""


@dataclass(frozen=True)
class Alternatives:
    """Values that a clerk may enter by mistake."""

    companies: list[str]
    campaigns: list[str]
    persons: list[str]


def alternatives_in(events: list[Event]) -> Alternatives:
    """Values in the events, in their order."""
    campaigns = dict.fromkeys(event["campaign_id"] for event in events if "campaign_id" in event)
    enrollments = [event for event in events if event["type"] == "enrollment"]
    return Alternatives(
        companies=[event["member_id"] for event in enrollments if event["kind"] == "company"],
        campaigns=list(campaigns),
        persons=[event["person"] for event in enrollments if event["person"]],
    )


Slip = Callable[[Event, Dice, Alternatives], Event]
"""Returns the wrong fields."""


def wrong_place(event: Event, dice: Dice, _alternatives: Alternatives) -> Event:
    place = event["place"]
    if len(place) == 8:
        return {"place": another_nearby(place, dice)}
    return {"place": dice.another(REGENCIES, place)}


def mistyped_number(event: Event, dice: Dice, _alternatives: Alternatives) -> Event:
    wrong = mistype(event["member_id"], dice)
    return {"member_id": wrong} | ({"company_id": wrong} if event["kind"] == "company" else {})


def mistype(number: str, dice: Dice) -> str:
    """A number that nobody has: with one digit doubled."""
    where = dice.between(4, len(number) - 1)
    return number[:where] + number[where - 1 :]


def wrong_employer(event: Event, dice: Dice, alternatives: Alternatives) -> Event:
    if event["kind"] == "company":
        return wrong_place(event, dice, alternatives)
    return {"company_id": dice.another(alternatives.companies, event["company_id"])}


def wrong_campaign_on_form(event: Event, dice: Dice, alternatives: Alternatives) -> Event:
    return {"declared": dice.another(alternatives.campaigns, event["declared"])}


def someone_else(event: Event, dice: Dice, alternatives: Alternatives) -> Event:
    if event["kind"] == "company":
        return wrong_place(event, dice, alternatives)
    return {"person": dice.another(alternatives.persons, event["person"])}


def clock_reset(event: Event, dice: Dice, _alternatives: Alternatives) -> Event:
    at_us = CLOCK_RESET_US + dice.below(5_000) * MINUTE_US
    return {"occurred_at": at_us, "recorded_at": at_us + event["recorded_at"] - event["occurred_at"]}


def clock_off(event: Event, dice: Dice, _alternatives: Alternatives) -> Event:
    """Local time sent as UTC, noon for midnight, a week or a year too far."""
    shift_us = dice.pick((7 * 60 * MINUTE_US, -7 * 60 * MINUTE_US, DAY_US // 2, 7 * DAY_US, 365 * DAY_US))
    return {"occurred_at": event["occurred_at"] + shift_us, "recorded_at": event["recorded_at"] + shift_us}


def wrong_day(event: Event, dice: Dice, _alternatives: Alternatives) -> Event:
    return {"occurred_at": event["occurred_at"] + dice.pick((-14, -7, -1, 1, 7, 14)) * DAY_US}


def people_too_many(event: Event, dice: Dice, alternatives: Alternatives) -> Event:
    strangers = [
        person for person in dice.sample(alternatives.persons, 3) if person not in event["attendees"]
    ]
    return {"attendees": event["attendees"] + strangers}


def people_missing(event: Event, dice: Dice, alternatives: Alternatives) -> Event:
    if not event["attendees"]:
        return people_too_many(event, dice, alternatives)
    return {"attendees": event["attendees"][: len(event["attendees"]) * 2 // 3]}


def company_too_many(event: Event, dice: Dice, alternatives: Alternatives) -> Event:
    guests = [code for code in dice.sample(alternatives.companies, 2) if code not in event["companies"]]
    return {"companies": event["companies"] + guests}


def other_channel(event: Event, _dice: Dice, _alternatives: Alternatives) -> Event:
    return {"channel": "mass_socialisation" if event["channel"] == "other" else "other"}


def other_campaign(event: Event, dice: Dice, alternatives: Alternatives) -> Event:
    return {"campaign_id": dice.another(alternatives.campaigns, event["campaign_id"])}


def rough_figures(event: Event, dice: Dice, _alternatives: Alternatives) -> Event:
    return {"headcount": event["headcount"] * 10, "cost_idr": dice.between(1, 9) * 1_000}


def wrong_company(event: Event, dice: Dice, alternatives: Alternatives) -> Event:
    return {"company_id": dice.another(alternatives.companies, event["company_id"])}


def wrong_stage(event: Event, _dice: Dice, _alternatives: Alternatives) -> Event:
    return {"stage": "sp1" if event["stage"] == "visit" else "visit"}


SLIPS: dict[str, tuple[Slip, ...]] = {
    "enrollment": (
        wrong_place,
        mistyped_number,
        wrong_employer,
        clock_reset,
        wrong_campaign_on_form,
        clock_off,
        someone_else,
    ),
    "outreach-event": (
        people_too_many,
        wrong_day,
        wrong_place,
        people_missing,
        company_too_many,
        other_channel,
        clock_off,
        other_campaign,
        rough_figures,
    ),
    "inspection": (wrong_company, wrong_stage, wrong_day, wrong_place, clock_reset),
}
