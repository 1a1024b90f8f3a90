"""What came of the faults, as a table for people: `docs/faults.md`."""

from collections.abc import Callable
from typing import NamedTuple

HEAD = """# Faults

What happens to the numbers when a part fails. Each fault is brought about on purpose, with Apache Kafka and
real worker processes, most of them while events are published without a pause. Afterwards every table is
compared, row for row, with what a second program makes of the same events (`tests/oracle/`), and
`sambung audit` must find both sums right. `make faults` does it all again and writes this page.

"""
COLUMNS = ("fault", "times tried", "lost", "doubled", "seconds to recover")
TAIL = """
- *lost*: rows that must be in the tables and are not, or are otherwise.
- *doubled*: rows that are in the tables and must not be, or are there twice, or are otherwise.
- *seconds to recover*: the longest, of all times tried, until everything that lay in any log at the moment of
  the fault was worked through and stored; where a fault lasts, from its end on. Rounded up.

Workers are started again at once when they end, as a supervisor does. Where the name of the fault says
nothing else, their session time-out is 2 s: so long do the others wait before they take over. Brokers miss
one another after 3 s in these runs; Kafka's default is 9 s.
"""


class Tried(NamedTuple):
    """One fault, after it was tried."""

    fault: str
    times: int
    lost: int
    doubled: int
    seconds: int


Tell = Callable[[Tried], None]
"""Puts a fault into the table."""


def page(tried: list[Tried]) -> str:
    """Text of the page."""
    lines = [_row(COLUMNS), _row(["---", *["---:"] * (len(COLUMNS) - 1)]), *map(_row, tried)]
    return HEAD + "\n".join(lines) + "\n" + TAIL


def _row(cells: tuple[object, ...] | list[str]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
