"""Bars: along a line towards a target, beside each other, or stacked to a whole."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from reports.drawing.svg import WIDTH, element, picture, text

BAR_HEIGHT: Final = 18
PLOT_HEIGHT: Final = 110
_ABOVE: Final = 14
_BELOW: Final = 16


class Column(NamedTuple):
    label: str
    value: int
    shown: str
    """The value in words; empty for none."""
    expected: int | None = None
    """What it is expected to reach, drawn as an outline."""


class Piece(NamedTuple):
    """Of a stacked bar."""

    class_: str
    value: int


def progress(part: int, whole: int, planned: int, label: str) -> str:
    """A bar of what is reached, with a mark where the plan wants it to be."""
    length, mark = _share(part, whole) * WIDTH, _share(planned, whole) * WIDTH
    return picture(
        BAR_HEIGHT + 8,
        label,
        element("rect", x=0, y=4, width=WIDTH, height=BAR_HEIGHT, rx=3, class_="track"),
        element("rect", x=0, y=4, width=length, height=BAR_HEIGHT, rx=3, class_="bar"),
        element("path", d=f"M{min(max(mark, 1), WIDTH - 1):.2f} 0v{BAR_HEIGHT + 8}", class_="mark"),
    )


def stacked(pieces: Sequence[Piece], label: str) -> str:
    """Parts of a whole, in order, with gaps between them."""
    whole = sum(one.value for one in pieces)
    parts, x = [], 0.0
    for one in pieces:
        length = _share(one.value, whole) * WIDTH
        if length > 0:
            size = {"width": max(length - 1, 0.5), "height": BAR_HEIGHT}
            parts.append(element("rect", x=x, y=0, **size, class_=f"piece {one.class_}"))
        x += length
    return picture(BAR_HEIGHT, label, *parts)


def share_bar(value: int, most: int, class_: str = "bar") -> str:
    """A bar in a row of a table, which says the value itself."""
    length = max(_share(value, most) * 100, 0.5) if value else 0.0
    bar = element("rect", x=0, y=0, width=length, height=8, class_=class_)
    return element(
        "svg", bar, viewBox="0 0 100 8", preserveAspectRatio="none", aria_hidden="true", class_="row-bar"
    )


def columns(shown: Sequence[Column], label: str) -> str:
    """Columns on one base line, each with its label below and its value above."""
    most = max((max(one.value, one.expected or 0) for one in shown), default=0)
    step = WIDTH / max(len(shown), 1)
    drawn = [part for place, one in enumerate(shown) for part in _column(one, place * step, step, most)]
    base = _ABOVE + PLOT_HEIGHT
    line = element("path", d=f"M0 {base + 0.5}h{WIDTH}", class_="axis")
    return picture(base + _BELOW, label, *drawn, line)


def _column(one: Column, x: float, step: float, most: int) -> Sequence[str]:
    gap, base = step * 0.14, _ABOVE + PLOT_HEIGHT
    width, middle = step - 2 * gap, x + step / 2
    height = _share(one.value, most) * PLOT_HEIGHT
    parts = [element("rect", x=x + gap, y=base - height, width=width, height=height, class_="bar")]
    top = height
    if one.expected is not None and one.expected > one.value:
        top = _share(one.expected, most) * PLOT_HEIGHT
        parts.append(
            element("rect", x=x + gap, y=base - top, width=width, height=top - height, class_="expected")
        )
    if one.shown:
        parts.append(
            element("text", text(one.shown), x=middle, y=base - top - 3, text_anchor="middle", class_="value")
        )
    parts.append(
        element("text", text(one.label), x=middle, y=base + 12, text_anchor="middle", class_="label")
    )
    return parts


def _share(part: int, whole: int) -> float:
    return min(part / whole, 1.0) if whole > 0 else 0.0
