"""A follower's copy beside the store."""

from collections import Counter
from pathlib import Path
from typing import Any, Final

from tests.stores import run

TABLES: Final = (
    "member",
    "statement",
    "credit_line",
    "live_count",
    "event",
    "outreach_event",
    "inspection",
    "rejected",
)
"""All that have `batch`, and `credit_line`, which is read through `statement`."""


def differences(url: str, copy: Path) -> dict[str, tuple[int, int]]:
    """By table that differs: the number of rows that the copy lacks, and of those that it has beyond."""
    found = {}
    for table in TABLES:
        source, copied = _rows(url, table), _rows(f"sqlite:///{copy}", table)
        if source != copied:
            found[table] = ((source - copied).total(), (copied - source).total())
    return found


def _rows(url: str, table: str) -> Counter[tuple[Any, ...]]:
    return Counter(run(url, f"SELECT * FROM {table}"))


def lost_below_the_watermark(url: str, copy: Path) -> list[str]:
    """Statements, which are never removed, up to the copy's watermark: a copy must have all at any moment."""
    copied = f"sqlite:///{copy}"
    if not run(copied, "SELECT 1 FROM sqlite_master WHERE name = 'statement'"):
        return []
    [(watermark,)] = run(copied, "SELECT value FROM watermark WHERE name = 'batch'")
    of_both = f"SELECT member_id, version FROM statement WHERE batch <= {watermark}"
    return [f"{copy.stem}: {key}" for key in {*run(url, of_both)} - {*run(copied, of_both)}]
