"""Results of the fault tests as a table for people: `docs/faults.md`."""

from collections.abc import Callable, Iterator, Sequence
from textwrap import shorten
from typing import NamedTuple

HEAD = """# Faults

Effects of failing parts on the numbers. Each fault is caused on purpose, with Apache Kafka and real worker
processes, most of them while events are published without a pause. Afterwards every table is compared, row
by row, with the tables that a second program computes from the same events (`tests/oracle/`), and
`sambung audit` must find both sums right. `make faults` repeats all of it and writes this page.

"""
COLUMNS = ("fault", "times tried", "lost", "doubled", "seconds to recover")
TAIL = """
- *lost*: rows that must be in the tables and are missing or different.
- *doubled*: rows that are in the tables and must not be, or are there twice or different. A row with a wrong
  value counts once as lost and once as doubled.
- *seconds to recover*: time until everything that was in any log at the moment of the fault was processed and
  stored, or from the end of a fault that lasts; the longest of all times tried, rounded up.

The page is written whatever the result. Rows are counted before any test can fail: a fault that loses or
doubles rows is in the table with its figures, one whose test ended before its tables could be compared has
*no verdict*, and the errors are listed under the table. `make faults` then fails.

Workers are started again as soon as they end, as a supervisor does. Unless the name of the fault says
otherwise, their session time-out is 2 s: the others wait that long before they take over. Brokers notice a
lost one after 3 s in these runs; Kafka's default is 9 s. Where only an app does something unusual (it
compresses, aborts or forgets a transaction, sends strange headers), the fault has failed if a worker ends by
itself.
"""
WRONG = "\nWrong in this run:\n\n"
NO_VERDICT = ("no verdict", "-", "-", "-")
MOST_PROBLEMS = 10
"""Listed for one fault."""
LONGEST = 300
"""Characters shown of one problem."""


class Tried(NamedTuple):
    """One fault, after it was tried."""

    fault: str
    times: int
    lost: int
    doubled: int
    seconds: int
    problems: tuple[str, ...] = ()
    """Errors in the tables, one sentence each; empty when everything is right."""


class Outcome(NamedTuple):
    """Result of one test of faults."""

    test: str
    """Its name in words."""
    tried: Sequence[Tried]
    """The faults that came to a verdict."""
    problem: str
    """Why the test failed or was left out; empty when it passed."""


Tell = Callable[[Tried], None]
"""Adds a fault to the table, and fails if anything was wrong."""


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
        yield f"{outcome.test}: the test reported no fault"


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
