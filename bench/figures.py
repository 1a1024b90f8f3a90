"""Figures as Markdown tables: printed, and written to their places in docs/benchmarks.md."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
PLOTS = PAGE.with_suffix("")
"""Folder beside the page, with one file per plot."""


class Bar(NamedTuple):
    """One line of a plot."""

    words: str
    events_per_s: float
    ratio: str
    """Speed of the engine divided by this one's."""


class Table(NamedTuple):
    name: str
    """As in its marks on the page."""
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    remarks: Sequence[str] = ()
    bars: Sequence[Bar] = ()
    """Plotted beside it, if there are any."""

    def markdown(self) -> str:
        ruler = ["---", *["---:"] * (len(self.head) - 1)]
        lines = ["| " + " | ".join(cells) + " |" for cells in (self.head, ruler, *self.rows)]
        return "\n".join([*lines, *("\n" + remark for remark in self.remarks)])


def many(number: float) -> str:
    """Rounded to three digits.

    >>> many(123456.7), many(1234.5), many(12.34)
    ('123,000', '1,230', '12.3')
    """
    if number < 100:
        return f"{number:.3g}"
    digits = len(str(int(number))) - 3
    return f"{round(number, -digits):,.0f}"


def middle(values: Sequence[float]) -> str:
    """The median, and the range if there are several values."""
    if len(values) == 1:
        return many(values[0])
    return f"{many(median(values))} ({many(min(values))} to {many(max(values))})"


def machine(*, full: bool) -> Table:
    """The machine and the kind of run; no names."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    run = "full: medians of three, and how far they went" if full else "quick: each figure once"
    rows = [
        ("machine", f"{os.cpu_count()} cores, {memory_gb:.0f} GB, {platform.system()} {platform.machine()}"),
        ("Python", platform.python_version()),
        ("load average before", f"{os.getloadavg()[0]:.1f}"),
        ("run", run),
    ]
    return Table("machine", ("", ""), rows)


def write(table: Table, page: Path = PAGE) -> None:
    """Put a table between its two marks in the page; everything else stays. Raises ValueError."""
    text = page.read_text(encoding="utf-8")
    begin, end = f"<!-- {table.name} -->\n", f"\n<!-- end of {table.name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(
            f"{page} has no place for {table.name}: put {begin.strip()} and {end.strip()} there."
        )
    page.write_text(before + begin + table.markdown() + end + after, encoding="utf-8")
