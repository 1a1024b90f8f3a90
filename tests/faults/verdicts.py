"""Counts what is wrong in a store; whoever asked decides what to do about it."""

from typing import NamedTuple

from tests.end_to_end.runs import sambung
from tests.oracle.compare import difference, rows_of
from tests.oracle.tables import Tables


class Wrong(NamedTuple):
    """What is wrong in a store; a row with a wrong value is one lost and one doubled."""

    lost: int
    doubled: int
    problems: tuple[str, ...]
    """Each in a sentence; empty when everything is right."""


def compared(wanted: Tables, database: str) -> Wrong:
    """Every row of every determined table beside what must be there, and both sums of `sambung audit`."""
    found = rows_of(database)
    lost = sum(wanted[name].minus(table) for name, table in found.items())
    doubled = sum(table.minus(wanted[name]) for name, table in found.items())
    audit = sambung("audit", "--database", database)
    told = " ".join((audit.stdout + audit.stderr).split())
    broken = [f"sambung audit ended with {audit.returncode}: {told}"] if audit.returncode else []
    return Wrong(lost, doubled, (*difference(wanted, found), *broken))
