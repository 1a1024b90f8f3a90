"""What is asked of a report, and what it has become, in words."""

import typer

from reports.scope import Period, WrongPeriod, parse_period
from reports.wording import when
from sambung.reporting.report import Written

_KILOBYTE = 1_000


def period(text: str | None) -> Period | None:
    """Raises BadParameter."""
    try:
        return None if text is None else parse_period(text)
    except WrongPeriod as problem:
        raise typer.BadParameter(str(problem), param_hint="--period") from problem


def in_short(written: Written) -> str:
    size = -(-written.bytes // _KILOBYTE)
    store = f"batch {written.store.batch:,}, written on {when(written.store.committed_us, seconds=True)}"
    return f"{written.file} has the report of the store as of {store}: {size:,} kB."
