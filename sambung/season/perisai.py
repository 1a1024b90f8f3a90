"""Perisai agents: neighbours who go round their sub-district and recruit informal workers."""

from collections import Counter

from sambung.season import almanac
from sambung.season.almanac import instant
from sambung.season.dice import Dice
from sambung.season.efforts import EFFORTS, Calendar, hold
from sambung.season.geography import PERISAI_REGENCIES, PLACES_IN, SLUG, market_day, regency, spread
from sambung.season.plan import Plan
from sambung.season.world import Gathering

MARKET_PULL = 4
"""How much likelier an agent goes out on the home market's day than on another."""
MARKET_MINUTES = (6 * 60 + 30, 9 * 60)
EVENING_MINUTES = (18 * 60 + 45, 19 * 60 + 45)


def go_round(plan: Plan, seed: int) -> list[Gathering]:
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
    likes = EFFORTS["perisai"].likes
    return Calendar(plan, lambda day: likes(day) * (MARKET_PULL if is_market(day, pasaran) else 1))


def is_market(day: int, pasaran: int) -> bool:
    return almanac.pasaran(day) == almanac.PASARAN[pasaran]


def _round(name: str, home: str, day: int, dice: Dice) -> Gathering:
    """The market in the morning on its day, otherwise the neighbourhood's meeting in the evening."""
    gathering = hold("perisai", name, home, day, dice)
    minutes = MARKET_MINUTES if is_market(day, market_day(home)) else EVENING_MINUTES
    gathering.start_us = instant(day, dice.between(*minutes))
    return gathering
