"""True causes of enrollments and their delays: tables, and draws from them."""

from collections.abc import Iterable, Mapping

from models.instants import DAY_US
from sambung.season import almanac
from sambung.season.almanac import day_of, instant, is_open, month_end_rush, next_open, next_rush
from sambung.season.dice import Dice, running
from sambung.season.efforts import Calendar
from sambung.season.plan import Plan
from sambung.season.world import Gathering

COMPANY_MOTIVES = {
    # per thousand companies: micro, small, medium, large
    "organic": (300, 250, 210, 190),
    "inspection": (270, 390, 400, 310),
    "mass_socialisation": (140, 160, 170, 180),
    "institution_meeting": (60, 100, 160, 270),
    "perisai": (110, 25, 0, 0),
    "wayang": (50, 20, 5, 0),
    "healthy_walk": (40, 25, 20, 15),
    "sailing_race": (10, 5, 5, 0),
    "other": (20, 25, 30, 35),
}

OLD_MEMBER_MOTIVES = {
    "organic": (640, 600, 560, 540),
    "inspection": (160, 180, 200, 200),
    "mass_socialisation": (140, 150, 160, 160),
    "institution_meeting": (60, 70, 80, 100),
}
"""Why companies that were members already report workers they had left out."""

INFORMAL_MOTIVES = {
    # per thousand: where Perisai agents work, elsewhere
    "perisai": (590, 0),
    "organic": (190, 290),
    "wayang": (75, 260),
    "healthy_walk": (85, 220),
    "sailing_race": (15, 60),
    "mass_socialisation": (25, 110),
    "other": (20, 60),
}

LAG_DAYS = {
    "wayang": (1, 2, 3, 5, 7, 10, 14, 20, 28, 42),
    "healthy_walk": (1, 1, 2, 4, 7, 11, 18, 30, 50, 95),
    "sailing_race": (1, 2, 4, 7, 12, 20, 34, 55),
    "mass_socialisation": (2, 5, 9, 14, 20, 28, 38, 50, 66, 95),
    "institution_meeting": (1, 3, 6, 9, 13, 18, 26, 38, 52, 75),
    "perisai": (0, 0, 0, 1, 1, 2, 3, 5, 9, 14),
    "other": (1, 1, 3, 5, 8, 13, 21, 34),
}
"""Days from the effort to joining, in steps of equal likelihood."""

HEALTH_CIRCLE = "34.03"
"""In Gunungkidul the health office signs up its own circle: meetings count for three there."""

RUSH_PER_MILLE = 300
"""Share that waits for the month's last office days."""
TRIES = 12


class Reach:
    """Gatherings that reach a place, by channel."""

    def __init__(self, gatherings: Iterable[Gathering]) -> None:
        self._at: dict[tuple[str, str], list[Gathering]] = {}
        self._reaching: dict[tuple[str, str], list[Gathering]] = {}
        for gathering in gatherings:
            self._at.setdefault((gathering.channel, gathering.place), []).append(gathering)

    def of(self, channel: str, place: str) -> list[Gathering]:
        """Those held in the sub-district, its regency or the whole province."""
        found = self._reaching.get((channel, place))
        if found is None:
            found = [g for code in (place, place[:5], "34") for g in self._at.get((channel, code), ())]
            self._reaching[channel, place] = found
        return found


def organic_calendar(plan: Plan) -> Calendar:
    return Calendar(plan, _organic_day)


def _organic_day(day: int) -> int:
    """Office days, crowded at the end of the month; a little through the web on others."""
    if not is_open(day):
        return 0 if day in almanac.LEBARAN else 2
    slow = 2 if day in almanac.RAMADAN else 1
    return (90 if month_end_rush(day) else 30) // slow


def motive(table: Mapping[str, tuple[int, ...]], column: int, place: str, dice: Dice) -> str:
    boost = {"institution_meeting": 3} if place[:5] == HEALTH_CIRCLE else {}
    channels = list(table)
    weights = running([table[channel][column] * boost.get(channel, 1) for channel in channels])
    return channels[dice.weighted(weights)]


def moved_by(candidates: list[Gathering], last_day: int, dice: Dice) -> tuple[Gathering, int] | None:
    """A gathering and the day on which it makes someone join; None if the season is too short."""
    for _ in range(TRIES if candidates else 0):
        gathering = dice.pick(candidates)
        day = day_of(gathering.start_us) + dice.quantile(LAG_DAYS[gathering.channel])
        if day <= last_day:
            return gathering, day
    return None


def desk_day(day: int, last_day: int, dice: Dice) -> int:
    """The office day of the enrollment, for some at the month's end."""
    day = next_open(day)
    if dice.chance(RUSH_PER_MILLE) and next_rush(day) - day <= 18:
        day = next_rush(day) + dice.below(2)
    return open_day(day, last_day)


def open_day(day: int, last_day: int) -> int:
    """The next office day, or the season's last one."""
    day = min(next_open(day), last_day)
    while not is_open(day):
        day -= 1
    return day


def desk_time(day: int, after_us: int, dice: Dice) -> int:
    """A time in office hours, in any case after `after_us`."""
    at_us = instant(day, dice.quantile((485, 540, 585, 630, 690, 790, 840, 900, 945)), dice.below(60))
    if at_us <= after_us:
        at_us = after_us + dice.between(10, 90) * almanac.MINUTE_US
    return at_us


def latest(last_day: int) -> int:
    """The last microsecond of the season in Yogyakarta."""
    return instant(last_day, 0) + DAY_US - 1
