"""Informal workers (BPU): hawkers, farmers, drivers; most come by a Perisai agent where there are any."""

from sambung.season import almanac, motives
from sambung.season.almanac import MINUTE_US, day_of, instant, next_open
from sambung.season.dice import Dice
from sambung.season.employers import NO_PERSON_PER_MILLE, Drive
from sambung.season.geography import PERISAI_REGENCIES, market_day, regency, spread
from sambung.season.motives import moved_by
from sambung.season.perisai import is_market
from sambung.season.world import ORGANIC, Gathering, Member

SEEN_PER_MILLE = {
    "healthy_walk": 740,
    "perisai": 450,
    "sailing_race": 260,
    "mass_socialisation": 220,
    "other": 350,
}
"""People moved by a gathering who also signed its list with their name; wayang has no list."""
SOURCE = {"perisai": "aplikasi-perisai", "healthy_walk": "daftar-kertas", "sailing_race": "daftar-kertas"}
"""The app in which they are enrolled; else ELSEWHERE."""
ELSEWHERE = ("kantor-diy", "bpjstku", "bpjstku")
SECOND_THOUGHTS = 4
MARKET_PER_MILLE = 450
"""Share that meets the agent again at the next market."""


def enroll_informal(drive: Drive, seed: int) -> list[Member]:
    dice = Dice(seed, "informal")
    organic = motives.organic_calendar(drive.plan)
    return [_enroll(place, drive, organic.draw(dice), dice) for place in spread(drive.plan.informal)]


def _enroll(place: str, drive: Drive, organic_day: int, dice: Dice) -> Member:
    channel, moved = _motive(place, drive, dice)
    person = dice.person()
    if moved is None:
        cause, at_us, channel = ORGANIC, _some_time(organic_day, dice), "organic"
    else:
        gathering, day = moved
        cause, at_us = gathering.cause, _after(gathering, day, place, drive.plan.last_day, dice)
    seen = dice.chance(SEEN_PER_MILLE.get(channel, 0))
    if moved is not None and seen:
        moved[0].attendees.append(person)
    hidden = not seen and dice.chance(NO_PERSON_PER_MILLE)
    return Member(
        kind="worker",
        company_id=None,
        place=place,
        at_us=at_us,
        cause=cause,
        source=SOURCE.get(channel) or dice.pick(ELSEWHERE),
        person=None if hidden else person,
        programs=("JKK", "JKM", "JHT")[: 2 + dice.chance(280)],
    )


def _motive(place: str, drive: Drive, dice: Dice) -> tuple[str, tuple[Gathering, int] | None]:
    """What moves someone there, and on which day; an effort that never comes near moves nobody."""
    column = 0 if regency(place) in PERISAI_REGENCIES else 1
    for _ in range(SECOND_THOUGHTS):
        channel = motives.motive(motives.INFORMAL_MOTIVES, column, place, dice)
        moved = moved_by(drive.reach.of(channel, place), drive.plan.last_day, dice)
        if moved is not None or channel == "organic":
            return channel, moved
    return "organic", None


def _some_time(day: int, dice: Dice) -> int:
    """Mornings and evenings more than the heat of noon."""
    return instant(day, dice.quantile((420, 480, 530, 580, 640, 780, 930, 1_050, 1_170)), dice.below(60))


def _after(gathering: Gathering, day: int, place: str, last_day: int, dice: Dice) -> int:
    """On the spot, at the next market, or some other day; not on the road home for Lebaran."""
    if day == day_of(gathering.start_us):
        return gathering.start_us + dice.between(12, 110) * MINUTE_US
    if gathering.channel == "perisai" and dice.chance(MARKET_PER_MILLE):
        day = next(later for later in range(day, day + 5) if is_market(later, market_day(place)))
    if day in almanac.MUDIK:
        day = next_open(day)
    return max(_some_time(min(day, last_day), dice), gathering.start_us + 12 * MINUTE_US)
