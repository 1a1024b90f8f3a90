"""What came of the faults, as a table for people: `docs/faults.md`."""

from collections.abc import Callable, Iterator, Sequence
from textwrap import shorten
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
- *doubled*: rows that are in the tables and must not be, or are there twice, or are otherwise. A row that is
  there with a wrong value counts once as lost and once as doubled.
- *seconds to recover*: the longest, of all times tried, until everything that lay in any log at the moment of
  the fault was worked through and stored; where a fault lasts, from its end on. Rounded up.

The page is written whatever comes out. Rows are counted before anything is judged: a fault that loses or
doubles some stands in the table with its figures, one whose test ended before its tables could be compared
stands there with *no verdict*, and what was wrong is listed under the table. `make faults` then fails.

Workers are started again at once when they end, as a supervisor does. Where the name of the fault says
nothing else, their session time-out is 2 s: so long do the others wait before they take over. Brokers miss
one another after 3 s in these runs; Kafka's default is 9 s. Where only an app does something odd (it
compresses, aborts or forgets a transaction, sends strange headers), no worker may end by itself, or the fault
has failed.
"""
WRONG = "\nWrong in this run:\n\n"
NO_VERDICT = ("no verdict", "-", "-", "-")
MOST_PROBLEMS = 10
"""Told of one fault."""
LONGEST = 300
"""Characters told of one problem."""


class Tried(NamedTuple):
    """One fault, after it was tried."""

    fault: str
    times: int
    lost: int
    doubled: int
    seconds: int
    problems: tuple[str, ...] = ()
    """What is wrong with the tables, one sentence each; empty when everything is right."""


class Outcome(NamedTuple):
    """What became of a test of faults."""

    test: str
    """Its name in words."""
    tried: Sequence[Tried]
    """The faults that came to a verdict."""
    problem: str
    """Why the test failed or was left out; empty when it passed."""


Tell = Callable[[Tried], None]
"""Puts a fault into the table, and fails if anything was wrong."""


def page(outcomes: Sequence[Outcome]) -> str:
    """Text of the page."""
    rows = [row for outcome in outcomes for row in _rows(outcome)]
    table = [_row(COLUMNS), _row(["---", *["---:"] * (len(COLUMNS) - 1)]), *map(_row, rows)]
    wrong = [
        f"- {shorten(problem, LONGEST, placeholder=' ...')}"
        for outcome in outcomes
        for problem in _problems(outcome)
    ]
    return HEAD + "\n".join(table) + "\n" + (WRONG + "\n".join(wrong) + "\n" if wrong else "") + TAIL


def _rows(outcome: Outcome) -> Iterator[tuple[object, ...]]:
    yield from (one[: len(COLUMNS)] for one in outcome.tried)
    if not outcome.tried:
        yield (outcome.test, *NO_VERDICT)


def _problems(outcome: Outcome) -> Iterator[str]:
    found = [(one.fault, problem) for one in outcome.tried for problem in one.problems]
    yield from (f"{fault}: {problem}" for fault, problem in found[:MOST_PROBLEMS])
    if len(found) > MOST_PROBLEMS:
        yield f"{outcome.test}: {len(found) - MOST_PROBLEMS} more"
    if outcome.problem and not found:
        yield f"{outcome.test}: {outcome.problem}"
    elif not outcome.problem and not outcome.tried:
        yield f"{outcome.test}: the test told of no fault"


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
