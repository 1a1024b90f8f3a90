"""A grid of tiles, one for each sub-district of a regency, roughly where it lies: no map, and no borders."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import models
from models.places import level, regency
from reports.drawing.svg import WIDTH, element, picture, text

COLUMNS: Final = 4
LEVELS: Final = 5
"""Of shades; the number stands in the tile."""
_HEIGHT: Final = 40
_GAP: Final = 3
_FILE: Final = Path(models.__file__).parent / "data" / "diy-tiles.csv"


class Tile(NamedTuple):
    code: str
    name: str
    value: int
    shown: str


def layout(codes: Iterable[str]) -> Mapping[str, tuple[int, int]]:
    """Column and row of each sub-district in the grid of its regency; unknown ones in rows by code."""
    known, by_regency = _laid_out(), dict[str, list[str]]()
    for code in sorted(codes):
        if level(code) == "district":
            by_regency.setdefault(regency(code), []).append(code)
    placed: dict[str, tuple[int, int]] = {}
    for of_one in by_regency.values():
        if all(code in known for code in of_one):
            placed |= {code: known[code] for code in of_one}
        else:
            placed |= {code: (n % COLUMNS, n // COLUMNS) for n, code in enumerate(of_one)}
    return placed


def _laid_out() -> dict[str, tuple[int, int]]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["code"]: (int(row["column"]), int(row["row"])) for row in rows}


def tiles(shown: Sequence[Tile], places: Mapping[str, tuple[int, int]], most: int, label: str) -> str:
    """The sub-districts of one regency; `most` is the greatest value of all regencies."""
    rows = 1 + max((places[one.code][1] for one in shown), default=0)
    drawn = [part for one in shown for part in _tile(one, places[one.code], shade(one.value, most))]
    return picture(rows * _HEIGHT, label, *drawn, class_="tiles")


def shade(value: int, most: int) -> int:
    """0 for nothing, else 1 to LEVELS in equal steps.

    >>> [shade(value, 100) for value in (0, 1, 20, 21, 100)]
    [0, 1, 1, 2, 5]
    """
    return 0 if value <= 0 or most <= 0 else min(-(-value * LEVELS // most), LEVELS)


def _tile(one: Tile, at: tuple[int, int], shade_of_it: int) -> Sequence[str]:
    width = WIDTH / COLUMNS
    x, y = at[0] * width, at[1] * _HEIGHT
    size = {"width": width - _GAP, "height": _HEIGHT - _GAP, "rx": 2}
    words = {"x": x + (width - _GAP) / 2, "text_anchor": "middle"}
    dark = " on-dark" if shade_of_it == LEVELS else ""
    return (
        element("rect", x=x, y=y, **size, class_=f"tile shade-{shade_of_it}"),
        element("text", text(one.name), **words, y=y + 15, class_=f"name{dark}"),
        element("text", text(one.shown), **words, y=y + 29, class_=f"value{dark}"),
    )
