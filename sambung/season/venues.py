"""Venues of the gatherings of each channel, and the names that campaigns take from them."""

from collections.abc import Callable

from sambung.season.dice import Dice, running
from sambung.season.geography import COAST, PLACES_IN, SLUG, regency, some_regency, spread

INSTITUTIONS = (
    # campaign, reach, meetings in a hundred
    ("dinkes-gunungkidul-2017", "34.03", 15),
    ("bpjs-kesehatan-2017-diy", "34", 8),
    ("bpjs-kesehatan-2017-sleman", "34.04", 7),
    ("dinkes-kulonprogo-2017", "34.01", 6),
    ("disnaker-sleman-2017", "34.04", 10),
    ("disnaker-bantul-2017", "34.02", 9),
    ("disnaker-jogja-2017", "34.71", 9),
    ("disnaker-kulonprogo-2017", "34.01", 5),
    ("dinkop-ukm-2017-diy", "34", 6),
    ("dinkop-ukm-2017-bantul", "34.02", 6),
    ("phri-2017-jogja", "34.71", 7),
    ("apindo-2017-diy", "34", 4),
    ("kadin-2017-sleman", "34.04", 5),
    ("kesbangpol-2017-gunungkidul", "34.03", 3),
)
"""Whom the agency meets: health offices, BPJS Kesehatan, labour and cooperative offices, employers' clubs."""


def _village_squares(count: int, dice: Dice) -> list[tuple[str, str]]:
    return [(SLUG[regency(place)], place) for place in dice.shuffled(spread(count))]


def _walks(count: int, dice: Dice) -> list[tuple[str, str]]:
    """Most in one sub-district; one in five calls a whole regency together."""
    venues = []
    for _ in range(count):
        where = some_regency(dice)
        venues.append((SLUG[where], where if dice.chance(200) else dice.pick(PLACES_IN[where])))
    return venues


def _beaches(count: int, _dice: Dice) -> list[tuple[str, str]]:
    """Glagah, Depok and Baron in turn; a race draws its whole regency."""
    return [(SLUG[COAST[turn % 3]], COAST[turn % 3]) for turn in range(count)]


def _halls(count: int, dice: Dice) -> list[tuple[str, str]]:
    """A regency's hall, and one in eighteen for the whole province."""
    venues = []
    for turn in range(count):
        where = "34" if turn % 18 == 0 else some_regency(dice)
        venues.append((SLUG[where], where))
    return venues


def _offices(count: int, dice: Dice) -> list[tuple[str, str]]:
    totals = running([share for _, _, share in INSTITUTIONS])
    everyone = list(range(len(INSTITUTIONS)))[:count]
    drawn = everyone + [dice.weighted(totals) for _ in range(count - len(everyone))]
    return [INSTITUTIONS[index][:2] for index in drawn]


VENUES: dict[str, Callable[[int, Dice], list[tuple[str, str]]]] = {
    "wayang": _village_squares,
    "healthy_walk": _walks,
    "sailing_race": _beaches,
    "mass_socialisation": _halls,
    "institution_meeting": _offices,
    "other": _walks,
}
"""Per channel: draws that many pairs of a campaign's name and the place it reaches."""
