"""Informal workers (BPU): hawkers, farmers, drivers; and the Perisai agents who recruit most of them."""

from collections import Counter

from sambung.season import almanac, motives
from sambung.season.almanac import MINUTE_US, day_of, instant, next_open
from sambung.season.dice import Dice
from sambung.season.efforts import EFFORTS, Calendar, new_gathering
from sambung.season.employers import NO_PERSON_PER_MILLE, Drive
from sambung.season.geography import PERISAI_REGENCIES, PLACES_IN, SLUG, market_day, regency, spread
from sambung.season.motives import moved_by
from sambung.season.plan import Plan
from sambung.season.world import ORGANIC, Gathering, Member

MARKET_PULL = 4
"""How much likelier an agent goes out on the home market's day than on another."""
MARKET_MINUTES = (6 * 60 + 30, 9 * 60)
EVENING_MINUTES = (18 * 60 + 45, 19 * 60 + 45)

SEEN_PER_MILLE = {
    "healthy_walk": 740,
    "perisai": 450,
    "sailing_race": 260,
    "mass_socialisation": 220,
    "other": 350,
}
"""People moved by a gathering who also signed its list with their name; wayang has no list."""
SOURCE = {"perisai": "aplikasi-perisai", "healthy_walk": "daftar-kertas", "sailing_race": "daftar-kertas"}
"""The app in which they are enrolled; otherwise one of ELSEWHERE."""
ELSEWHERE = ("kantor-diy", "bpjstku", "bpjstku")
CHANNEL_TRIES = 4
MARKET_PER_MILLE = 450
"""Share that meets the agent again at the next market."""


def agent_rounds(plan: Plan, seed: int) -> list[Gathering]:
    """Every round of every agent, in order of time."""
    dice = Dice(seed, "perisai")
    places = tuple(place for code in PERISAI_REGENCIES for place in PLACES_IN[code])
    homes = spread(plan.perisai_agents, places) if plan.perisai_agents >= len(places) else None
    calendars = [_calendar(plan, pasaran) for pasaran in range(5)]
    numbers: Counter[str] = Counter()
    rounds = []
    for agent in range(plan.perisai_agents):
        home = homes[agent] if homes else dice.pick(PLACES_IN[PERISAI_REGENCIES[agent % 3]])
        numbers[regency(home)] += 1
        name = f"{SLUG[regency(home)]}-{numbers[regency(home)]:02d}"
        busy = plan.perisai_rounds * dice.between(60, 140) // 100
        rounds += [_round(name, home, calendars[market_day(home)].draw(dice), dice) for _ in range(busy)]
    return sorted(rounds, key=lambda gathering: (gathering.start_us, gathering.event_id))


def _calendar(plan: Plan, pasaran: int) -> Calendar:
    day_weight = EFFORTS["perisai"].day_weight
    return Calendar(plan, lambda day: day_weight(day) * (MARKET_PULL if is_market(day, pasaran) else 1))


def is_market(day: int, pasaran: int) -> bool:
    return almanac.pasaran(day) == almanac.PASARAN[pasaran]


def _round(name: str, home: str, day: int, dice: Dice) -> Gathering:
    """The market in the morning on its day, otherwise the neighbourhood's meeting in the evening."""
    gathering = new_gathering("perisai", name, home, day, dice)
    minutes = MARKET_MINUTES if is_market(day, market_day(home)) else EVENING_MINUTES
    gathering.start_us = instant(day, dice.between(*minutes))
    return gathering


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
    """The channel, gathering and day that move someone there; only gatherings that reach the place count."""
    column = 0 if regency(place) in PERISAI_REGENCIES else 1
    for _ in range(CHANNEL_TRIES):
        channel = motives.motive(motives.INFORMAL_MOTIVES, column, place, dice)
        moved = moved_by(drive.reach.of(channel, place), drive.plan.last_day, dice)
        if moved is not None or channel == "organic":
            return channel, moved
    return "organic", None


def _some_time(day: int, dice: Dice) -> int:
    """Mornings and evenings more than the heat of noon."""
    return instant(day, dice.quantile((420, 480, 530, 580, 640, 780, 930, 1_050, 1_170)), dice.below(60))


def _after(gathering: Gathering, day: int, place: str, last_day: int, dice: Dice) -> int:
    """On the spot, at the next market, or on another day; not during the travel for Lebaran."""
    if day == day_of(gathering.start_us):
        return gathering.start_us + dice.between(12, 110) * MINUTE_US
    if gathering.channel == "perisai" and dice.chance(MARKET_PER_MILLE):
        day = next(later for later in range(day, day + 5) if is_market(later, market_day(place)))
    if day in almanac.MUDIK:
        day = next_open(day)
    return max(_some_time(min(day, last_day), dice), gathering.start_us + 12 * MINUTE_US)
