"""The Early Detection Team: a visit, then first and second warning letter, then a sanction, over weeks."""

from dataclasses import dataclass

from sambung.season.almanac import instant
from sambung.season.companies import size_class
from sambung.season.dice import Dice, running
from sambung.season.efforts import office_day
from sambung.season.geography import SLUG, regency
from sambung.season.world import Company, Inspection

STAGES = ("visit", "sp1", "sp2", "sanction")
GAP_DAYS = (12, 16, 21, 28, 38)
"""From one stage to the next."""
YIELDS_AT = ((400, 300, 200, 100), (330, 300, 230, 140), (280, 300, 260, 160), (220, 300, 280, 200))
"""Per thousand companies that yield: at which stage, by size class."""
LAG_DAYS = (2, 4, 6, 9, 13, 18, 25)
"""From the decisive stage to the enrollment."""
ON_THE_SPOT_PER_MILLE = 140
AWAY_PER_MILLE = 110
"""Visits that find nobody and are repeated."""
TRIES = 40


@dataclass(frozen=True)
class Pursuit:
    """All calls on one company, and the day on which it yields after the last."""

    calls: list[Inspection]
    day: int


def pursue(company: Company, first_day: int, last_day: int, dice: Dice) -> Pursuit | None:
    """Calls until the company yields, all between the two days; None when there is no room."""
    stages = 1 + dice.weighted(running(YIELDS_AT[size_class(company.workers)]))
    for _ in range(TRIES):
        on_the_spot = dice.chance(ON_THE_SPOT_PER_MILLE)
        days = _days(stages, first_day + dice.below(last_day - first_day + 1), dice)
        day = days[-1] + (0 if on_the_spot else dice.quantile(LAG_DAYS))
        if day <= last_day:
            return Pursuit(_calls(company, days, "registered" if on_the_spot else "promised", dice), day)
    return None


def refused_calls(company: Company, first_day: int, last_day: int, dice: Dice) -> list[Inspection]:
    """Calls without success, as many as fit in before `last_day`."""
    days = _days(1 + dice.weighted((45, 70, 90, 100)), first_day + dice.below(last_day - first_day), dice)
    return _calls(company, [day for day in days if day <= last_day], "refused", dice)


def one_visit(company: Company, first_day: int, last_day: int, dice: Dice) -> list[Inspection]:
    """A visit that did not decide anything."""
    day = _visit_day(dice.between(first_day, last_day))
    return _calls(company, [day] if day <= last_day else [], "promised", dice)


def _visit_day(day: int) -> int:
    while not office_day(day):
        day += 1
    return day


def _days(stages: int, start: int, dice: Dice) -> list[int]:
    """The day of each stage."""
    day = _visit_day(start)
    days = [day]
    for _ in range(stages - 1):
        day = _visit_day(day + dice.quantile(GAP_DAYS))
        days.append(day)
    return days


def _calls(company: Company, days: list[int], ending: str, dice: Dice) -> list[Inspection]:
    team = f"Tim Deteksi Dini {SLUG[regency(company.place)].title()} {dice.between(1, 3)}"
    calls = []
    for stage, day in zip(STAGES, days, strict=False):
        if stage == "visit" and dice.chance(AWAY_PER_MILLE) and office_day(day - 1):
            calls.append(_call(company, team, day - 1, dice))
            calls[-1].outcome = "not_found"
        calls.append(_call(company, team, day, dice))
        calls[-1].stage = stage
        calls[-1].outcome = (
            ending if day == days[-1] else dice.pick(("refused", "refused", "promised", "other"))
        )
    return calls


def _call(company: Company, team: str, day: int, dice: Dice) -> Inspection:
    return Inspection(
        event_id=dice.uuid(),
        campaign_id=f"tim-deteksi-dini-2017-{SLUG[regency(company.place)]}",
        company_id=company.company_id,
        team=team,
        place=company.place,
        at_us=instant(day, 5 * dice.between(9 * 12, 14 * 12 + 6)),
        cost_idr=dice.between(8, 35) * 10_000,
    )
