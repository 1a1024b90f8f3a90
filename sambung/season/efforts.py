"""The outreach events of a season: one row per channel with people, costs and hours."""

from collections.abc import Callable
from dataclasses import dataclass

from sambung.season import almanac
from sambung.season.almanac import FRIDAY, SATURDAY, SUNDAY, instant, is_open, weekday
from sambung.season.dice import Dice, running
from sambung.season.plan import Plan
from sambung.season.venues import VENUES
from sambung.season.world import Gathering


@dataclass(frozen=True)
class Effort:
    """Parameters of a channel. Tables are steps of equal likelihood (`Dice.quantile`)."""

    campaign: str
    """Pattern of campaign ids: {month} as `03`, {quarter}, {where} as `sleman`."""
    minutes: tuple[int, int]
    """Earliest and latest start, minutes after midnight in Yogyakarta."""
    day_weight: Callable[[int], int]
    """Weight of a day."""
    headcount: tuple[int, ...]
    cost_idr: tuple[int, ...]
    named_per_mille: tuple[int, int] = (0, 0)
    guests: tuple[int, int] = (0, 0)


def _away(day: int) -> bool:
    return day in almanac.MUDIK


def wayang_night(day: int) -> int:
    """Saturday nights and the eves of Kliwon, the months of village feasts; next to none in Ramadan."""
    if _away(day):
        return 0
    weight = {FRIDAY: 6, SATURDAY: 14}.get(weekday(day), 2)
    if almanac.pasaran(day + 1) == "Kliwon":
        weight += 5
    if day in almanac.RAMADAN:
        return weight // 8
    if day in almanac.RUWAH or day in almanac.SURA:
        weight *= 3
    return weight * (2 if almanac.month_of(day) == 8 else 1)


def walking_sunday(day: int) -> int:
    """Never while people fast; August has the country's birthday, September the Sports Day."""
    if weekday(day) != SUNDAY or _away(day) or day in almanac.RAMADAN:
        return 0
    return 3 if almanac.month_of(day) in (8, 9) else 2


def race_day(day: int) -> int:
    """Weekends of the calmer sea between the monsoons, and the days after Lebaran."""
    calm = almanac.month_of(day) in (3, 4, 5, 7, 8, 9) and day not in almanac.RAMADAN
    return int(calm and weekday(day) >= SATURDAY and not _away(day))


def office_day(day: int) -> int:
    if not is_open(day) or _away(day):
        return 0
    return 2 if day in almanac.RAMADAN or weekday(day) == FRIDAY else 5


def fair_day(day: int) -> int:
    return int(weekday(day) in (3, FRIDAY, SATURDAY) and not _away(day) and day not in almanac.RAMADAN)


EFFORTS: dict[str, Effort] = {
    "wayang": Effort(
        campaign="wayang-2017-{where}",
        minutes=(20 * 60 + 30, 21 * 60 + 30),
        day_weight=wayang_night,
        headcount=(250, 400, 650, 1_000, 1_600, 4_500),
        cost_idr=(25_000_000, 32_000_000, 38_000_000, 45_000_000, 60_000_000),
    ),
    "healthy_walk": Effort(
        campaign="jalan-sehat-2017-{month}-{where}",
        minutes=(5 * 60 + 45, 6 * 60 + 30),
        day_weight=walking_sunday,
        headcount=(180, 350, 600, 900, 1_500, 3_200),
        cost_idr=(15_000_000, 22_000_000, 30_000_000, 45_000_000, 80_000_000),
        named_per_mille=(80, 240),
        guests=(0, 3),
    ),
    "sailing_race": Effort(
        campaign="lomba-perahu-layar-2017-{where}",
        minutes=(8 * 60, 9 * 60 + 30),
        day_weight=race_day,
        headcount=(900, 1_500, 2_500, 4_000),
        cost_idr=(70_000_000, 95_000_000, 140_000_000),
        named_per_mille=(20, 40),
        guests=(0, 2),
    ),
    "mass_socialisation": Effort(
        campaign="sosialisasi-2017-q{quarter}-{where}",
        minutes=(9 * 60, 13 * 60 + 30),
        day_weight=office_day,
        headcount=(60, 100, 150, 240, 600),
        cost_idr=(8_000_000, 12_000_000, 18_000_000, 25_000_000, 45_000_000),
        named_per_mille=(30, 120),
        guests=(10, 48),
    ),
    "institution_meeting": Effort(
        campaign="{where}",
        minutes=(9 * 60, 14 * 60),
        day_weight=office_day,
        headcount=(12, 20, 28, 40, 70),
        cost_idr=(900_000, 1_500_000, 2_500_000, 4_000_000, 6_500_000),
        guests=(4, 18),
    ),
    "perisai": Effort(
        campaign="perisai-{where}",
        minutes=(7 * 60, 19 * 60 + 30),
        day_weight=lambda day: 0 if day in almanac.LEBARAN else 1 if _away(day) else 4,
        headcount=(4, 7, 10, 14, 26),
        cost_idr=(50_000, 75_000, 120_000, 250_000),
    ),
    "other": Effort(
        campaign="bursa-kerja-2017-{where}",
        minutes=(8 * 60 + 30, 10 * 60),
        day_weight=fair_day,
        headcount=(200, 400, 700, 1_200),
        cost_idr=(6_000_000, 10_000_000, 18_000_000),
        named_per_mille=(40, 90),
        guests=(3, 14),
    ),
}


def plan_gatherings(plan: Plan, seed: int) -> list[Gathering]:
    """Every gathering except the Perisai agents' rounds, in order of time."""
    gatherings = []
    for channel, count in plan.gatherings.items():
        dice = Dice(seed, "efforts", channel)
        calendar = Calendar(plan, EFFORTS[channel].day_weight)
        for name, place in VENUES[channel](count, dice):
            gatherings.append(new_gathering(channel, name, place, calendar.draw(dice), dice))
    return sorted(gatherings, key=lambda gathering: (gathering.start_us, gathering.event_id))


class Calendar:
    """Draws days of a season by their weights."""

    def __init__(self, plan: Plan, day_weight: Callable[[int], int]) -> None:
        self._first = plan.first_day
        self._running = running([day_weight(day) for day in range(plan.first_day, plan.last_day + 1)])

    def draw(self, dice: Dice) -> int:
        return self._first + dice.weighted(self._running)


def new_gathering(channel: str, name: str, place: str, day: int, dice: Dice) -> Gathering:
    """`name` fills {where} of the campaign's pattern."""
    effort = EFFORTS[channel]
    headcount = dice.quantile(effort.headcount)
    first, last = effort.minutes
    return Gathering(
        event_id=dice.uuid(),
        campaign_id=_campaign(effort, name, day),
        channel=channel,
        place=place,
        start_us=instant(day, first + 5 * dice.below((last - first) // 5 + 1)),
        headcount=headcount,
        cost_idr=dice.quantile(effort.cost_idr) // 10_000 * 10_000,
        named=min(320, headcount * dice.between(*effort.named_per_mille) // 1000),
        guests=dice.between(*effort.guests),
    )


def _campaign(effort: Effort, name: str, day: int) -> str:
    month = almanac.month_of(day)
    return effort.campaign.format(month=f"{month:02d}", quarter=(month + 2) // 3, where=name)
