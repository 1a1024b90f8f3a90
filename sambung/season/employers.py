"""Enrollments of companies, followed by their workers within days."""

from dataclasses import dataclass, field

from models.instants import SECOND_US
from sambung.season import inspections, motives
from sambung.season.almanac import MINUTE_US, day_of, next_open
from sambung.season.companies import SMALL, size_class
from sambung.season.dice import Dice
from sambung.season.geography import some_workplace
from sambung.season.motives import desk_day, desk_time, motive, moved_by
from sambung.season.plan import Plan
from sambung.season.world import Company, Inspection, Member

LISTED_PER_MILLE = {"mass_socialisation": 930, "institution_meeting": 950, "other": 600, "perisai": 250}
"""Companies moved by a gathering that are on its list; in other channels SELDOM_LISTED_PER_MILLE."""
SELDOM_LISTED_PER_MILLE = 200
VISITED_ANYWAY_PER_MILLE = 220
"""Companies that join for other reasons, but were visited before."""
HOLD_OUTS_CALLED_PER_MILLE = 720

BATCH_SIZE = 30
BATCH_DAYS = (0, 0, 1, 1, 2, 3, 4, 6, 9, 14)
"""From the company's enrollment to a later batch of its workers."""
TRICKLE_PER_MILLE = 70
"""Workers reported later, one by one."""
TRICKLE_DAYS = (8, 15, 24, 36, 58)
BRANCH_PER_MILLE = 120
"""Workers of companies above SMALL who work elsewhere in the province."""
NO_PERSON_PER_MILLE = 60
"""Workers whose national id the app did not turn into a person hash."""


@dataclass
class Drive:
    """The season's gatherings, and the inspections made so far."""

    plan: Plan
    reach: motives.Reach
    calls: list[Inspection] = field(default_factory=list)

    @property
    def last_day(self) -> int:
        """The last office day."""
        return motives.open_day(self.plan.last_day, self.plan.last_day)


def decide_causes(companies: list[Company], drive: Drive, seed: int) -> None:
    """Give every company its true cause and its day; record its attendance and inspections."""
    dice = Dice(seed, "settle")
    organic = motives.organic_calendar(drive.plan)
    for company in companies:
        if company.workers:
            _join(company, drive, organic.draw(dice), dice)
        elif company.fate == "holds out" and dice.chance(HOLD_OUTS_CALLED_PER_MILLE):
            drive.calls += inspections.refused_calls(company, drive.plan.first_day, drive.last_day, dice)


def _join(company: Company, drive: Drive, organic_day: int, dice: Dice) -> None:
    table = motives.COMPANY_MOTIVES if company.fate == "joins" else motives.OLD_MEMBER_MOTIVES
    channel = motive(table, size_class(company.workers), company.place, dice)
    if channel == "inspection" and _join_after_inspection(company, drive, dice):
        return
    moved = moved_by(drive.reach.of(channel, company.place), drive.last_day, dice)
    if moved is None:
        company.joined_us = desk_time(motives.open_day(organic_day, drive.last_day), 0, dice)
    else:
        gathering, day = moved
        company.cause = gathering.cause
        company.joined_us = desk_time(desk_day(day, drive.last_day, dice), gathering.start_us, dice)
        if dice.chance(LISTED_PER_MILLE.get(channel, SELDOM_LISTED_PER_MILLE)):
            gathering.companies.append(company.company_id)
    joined = day_of(company.joined_us)
    if (
        company.fate == "joins"
        and joined > drive.plan.first_day + 10
        and dice.chance(VISITED_ANYWAY_PER_MILLE)
    ):
        drive.calls += inspections.one_visit(company, drive.plan.first_day, joined - 1, dice)


def _join_after_inspection(company: Company, drive: Drive, dice: Dice) -> bool:
    pursuit = inspections.pursue(company, drive.plan.first_day, drive.last_day, dice)
    if pursuit is None:
        return False
    decisive = pursuit.calls[-1]
    day = pursuit.day
    if decisive.outcome == "promised":
        day = desk_day(day, drive.last_day, dice)
    company.cause = decisive.cause
    company.joined_us = desk_time(day, decisive.at_us, dice)
    drive.calls += pursuit.calls
    return True


def enroll_companies(companies: list[Company], seed: int) -> list[Member]:
    dice = Dice(seed, "enroll companies")
    return [
        Member(
            kind="company",
            company_id=company.company_id,
            member_id=company.company_id,
            place=company.place,
            at_us=company.joined_us,
            cause=company.cause,
            source="sipp-online" if dice.chance(650) else "kantor-diy",
            programs=programs(company.workers),
        )
        for company in companies
        if company.fate == "joins"
    ]


def programs(workers: int) -> tuple[str, ...]:
    """By size of the company: the four programmes come step by step."""
    return ("JKK", "JKM", "JHT", "JP")[: 2 + min(2, size_class(workers))]


def enroll_workers(companies: list[Company], drive: Drive, seed: int) -> list[Member]:
    """The workers of all companies, with their companies' causes."""
    dice = Dice(seed, "enroll workers")
    season_end_us = motives.latest(drive.plan.last_day)
    workers = []
    for company in companies:
        batches = _batches(company, drive.last_day, dice)
        source = "sipp-online" if company.workers > SMALL or dice.chance(400) else "kantor-diy"
        for turn in range(company.workers):
            at_us = _hire_time(company, batches, turn, season_end_us, dice)
            workers.append(_worker(company, at_us, source, dice))
    return workers


def _batches(company: Company, last_day: int, dice: Dice) -> list[int]:
    """Instants of the lists of workers: the first within hours, the others within days."""
    first_us = company.joined_us + dice.between(3, 150) * MINUTE_US
    batches = [first_us]
    for _ in range(min(12, company.workers // BATCH_SIZE)):
        day = day_of(company.joined_us) + dice.quantile(BATCH_DAYS)
        batches.append(max(first_us, desk_time(desk_day(day, last_day, dice), first_us, dice)))
    return batches


def _hire_time(company: Company, batches: list[int], turn: int, season_end_us: int, dice: Dice) -> int:
    if turn and dice.chance(TRICKLE_PER_MILLE):
        day = day_of(company.joined_us) + dice.quantile(TRICKLE_DAYS)
        at_us = desk_time(next_open(day), batches[0], dice)
        if at_us <= season_end_us:
            return at_us
    row = turn // len(batches)
    return batches[turn % len(batches)] + row * dice.between(2, 9) * SECOND_US


def _worker(company: Company, at_us: int, source: str, dice: Dice) -> Member:
    elsewhere = company.workers > SMALL and dice.chance(BRANCH_PER_MILLE)
    return Member(
        kind="worker",
        company_id=company.company_id,
        place=some_workplace(dice) if elsewhere else company.place,
        at_us=at_us,
        cause=company.cause,
        source=source,
        person=None if dice.chance(NO_PERSON_PER_MILLE) else dice.person(),
        programs=programs(company.workers),
    )
