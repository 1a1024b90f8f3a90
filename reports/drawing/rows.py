"""Bars below each other, each with its name and number, and how far apart several views of it lie."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from reports.drawing.svg import WIDTH, element, picture, text

LABEL_WIDTH: Final = 138
NUMBER_WIDTH: Final = 48
_ROW: Final = 17
_BAR: Final = 9
_TICK: Final = 2.5


class Bar(NamedTuple):
    label: str
    value: int
    shown: str
    """The value in words."""
    low: int | None = None
    """The smallest of several views; None where there is only one."""
    high: int | None = None
    class_: str = ""


def rows(shown: Sequence[Bar], label: str) -> str:
    """From one base line, with a whisker from `low` to `high`."""
    most = max((max(one.value, one.high or 0) for one in shown), default=0)
    drawn = [part for number, one in enumerate(shown) for part in _row(one, number * _ROW, most)]
    height = max(len(shown), 1) * _ROW
    line = element("path", d=f"M{LABEL_WIDTH - 0.5} 0v{height}", class_="axis")
    return picture(height, label, *drawn, line)


def _row(one: Bar, y: float, most: int) -> Sequence[str]:
    top, middle, base = y + (_ROW - _BAR) / 2, y + _ROW / 2, y + _ROW / 2 + 3
    length = _length(one.value, most)
    parts = [
        element("text", text(one.label), x=LABEL_WIDTH - 5, y=base, text_anchor="end", class_="label"),
        element("rect", x=LABEL_WIDTH, y=top, width=length, height=_BAR, class_=f"bar {one.class_}".rstrip()),
        element("text", text(one.shown), x=WIDTH, y=base, text_anchor="end", class_="value"),
    ]
    if one.low is not None and one.high is not None and one.low < one.high:
        ends = [LABEL_WIDTH + _length(end, most) for end in (one.low, one.high)]
        ticks = "".join(f"M{x:.2f} {middle - _TICK}v{2 * _TICK}" for x in ends)
        parts.append(element("path", d=f"M{ends[0]:.2f} {middle}H{ends[1]:.2f}{ticks}", class_="whisker"))
    return parts


def _length(value: int, most: int) -> float:
    return (WIDTH - LABEL_WIDTH - NUMBER_WIDTH) * value / most if most > 0 else 0.0
