"""Residents and jobs in the province: rounded weights, good enough to tell town from hill."""

from sambung.season.dice import Dice, apportion, running

SLUG = {
    "34": "diy",
    "34.01": "kulonprogo",
    "34.02": "bantul",
    "34.03": "gunungkidul",
    "34.04": "sleman",
    "34.71": "jogja",
}
REGENCIES = ("34.01", "34.02", "34.03", "34.04", "34.71")
PERISAI_REGENCIES = ("34.02", "34.04", "34.71")

RESIDENTS = {
    "34.01": (27, 47, 37, 32, 40, 48, 50, 35, 24, 30, 27, 29),
    "34.02": (29, 30, 30, 34, 38, 49, 34, 62, 54, 58, 36, 131, 46, 52, 110, 119, 46),
    "34.03": (81, 30, 56, 31, 30, 27, 33, 53, 50, 51, 27, 50, 32, 36, 35, 22, 26, 20),
    "34.04": (107, 71, 31, 29, 46, 112, 189, 57, 48, 84, 64, 117, 66, 50, 34, 37, 29),
    "34.71": (37, 27, 43, 21, 20, 18, 27, 35, 21, 15, 10, 31, 80, 33),
}
"""Thousands of residents of each sub-district, in the order of the codes."""

JOBS = {
    "34.01": (16, 60, 12, 10, 14, 26, 26, 7, 4, 9, 4, 7),
    "34.02": (8, 8, 10, 9, 13, 16, 14, 66, 26, 22, 6, 118, 22, 48, 108, 96, 40),
    "34.03": (96, 8, 26, 16, 8, 6, 10, 20, 18, 12, 5, 12, 8, 6, 7, 4, 12, 3),
    "34.04": (100, 44, 9, 8, 18, 136, 290, 44, 34, 76, 48, 112, 60, 28, 12, 26, 10),
    "34.71": (50, 58, 98, 46, 56, 24, 30, 44, 24, 40, 22, 52, 150, 40),
}
"""Weight of wage work in each sub-district, in the order of the codes."""

COAST = ("34.01", "34.02", "34.03")
"""Regencies on the Indian Ocean."""

MARKET_DAY = {"34.71.14": 0}
"""Kotagede's market is even named after its day, Pasar Legi. The other towns' days are made up."""


def market_day(place: str) -> int:
    """Index into `almanac.PASARAN` of the day when the sub-district's market is largest."""
    return MARKET_DAY.get(place, (int(place[3:5]) + int(place[6:])) % 5)


def regency(place: str) -> str:
    return place[:5]


def _by_place(table: dict[str, tuple[int, ...]]) -> dict[str, int]:
    return {
        f"{code}.{number:02d}": weight
        for code in REGENCIES
        for number, weight in enumerate(table[code], start=1)
    }


RESIDENTS_OF = _by_place(RESIDENTS)
JOBS_OF = _by_place(JOBS)
PLACES = tuple(RESIDENTS_OF)
PLACES_IN = {code: tuple(p for p in PLACES if p.startswith(code)) for code in REGENCIES}

_JOBS_RUNNING = running(list(JOBS_OF.values()))
_REGENCY_RUNNING = running([sum(JOBS[code]) for code in REGENCIES])


def some_workplace(dice: Dice) -> str:
    return PLACES[dice.weighted(_JOBS_RUNNING)]


def some_regency(dice: Dice) -> str:
    return REGENCIES[dice.weighted(_REGENCY_RUNNING)]


def spread(total: int, places: tuple[str, ...] = PLACES) -> list[str]:
    """`total` homes by residents; every sub-district at least once, if there are enough."""
    counts = apportion(total, [RESIDENTS_OF[place] for place in places], least=min(3, total // len(places)))
    return [place for place, count in zip(places, counts, strict=True) for _ in range(count)]


def another_nearby(place: str, dice: Dice) -> str:
    """A different sub-district of the same regency."""
    return dice.another(PLACES_IN[regency(place)], place)
