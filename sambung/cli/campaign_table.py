"""Campaigns or channels as a table with three lines each, and as JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from reports.as_json import as_json
from reports.campaigns import Campaigns, Return, described
from reports.moments import as_of_words
from reports.wording import many, share
from sambung.terminal.screen import rupiah
from streams.attribution.credit import MODELS

_LABEL_COLUMNS = 20


def as_document(found: Campaigns, rows: Sequence[Return]) -> str:
    """Credit in millionths of a member, money in rupiah."""
    return as_json(
        {
            "rows": [described(row) for row in rows],
            "organic": described(found.organic),
            "progress": found.progress,
            "as_of": found.as_of,
        }
    )


def show(found: Campaigns, rows: Sequence[Return], console: Console) -> None:
    """Most workers first (under `linear`), organic and the sum of all last."""
    if above := as_of_words(found.as_of):
        console.print(above)
        console.print()
    ordered = sorted(rows, key=lambda one: (-one.workers.get("linear", 0), one.name))
    console.print(lines_by_model("", [("", list(MODELS))], console.width))
    for row in (*ordered, found.organic, _sum((*rows, found.organic))):
        console.print(lines_by_model(_title(row), _cells(row), console.width))
    progress, target = found.progress, found.progress.target
    console.print()
    for what, reached, wanted in (
        ("workers", progress.workers, target.workers),
        ("companies", progress.companies, target.companies),
    ):
        if wanted is not None:
            which = f"{what} wanted in {progress.year}"
            console.print(f"{reached:,} of the {wanted:,} {which}: {share(reached, wanted)}")


def lines_by_model(title: str, lines: Iterable[tuple[str, list[str]]], width: int) -> Table:
    """One row of numbers per line, one column per model; all tables are aligned with each other."""
    shown = Table.grid()
    shown.title, shown.title_justify, shown.title_style = title or None, "left", "bold"
    shown.add_column(width=_LABEL_COLUMNS)
    for _ in MODELS:
        shown.add_column(width=(width - _LABEL_COLUMNS) // len(MODELS), justify="right", no_wrap=True)
    for label, numbers in lines:
        shown.add_row(f"  {label}", *numbers)
    return shown


def _title(row: Return) -> str:
    if not row.events:
        return row.name
    channel = "" if row.channels in {(row.name,), ()} else f" ({', '.join(row.channels)})"
    return f"{row.name}{channel}: {many(row.events, 'event')}, {rupiah(row.cost_idr)}"


def _cells(row: Return) -> Iterator[tuple[str, list[str]]]:
    yield "workers", to_a_tenth(row.workers)
    yield "companies", to_a_tenth(row.companies)
    if row.cost_idr:
        costs = (row.cost_per_worker_idr(model) for model in MODELS)
        yield "Rp a worker", ["-" if cost is None else f"{cost:,}" for cost in costs]


def to_a_tenth(millionths: Mapping[str, int]) -> list[str]:
    """To a tenth of a member."""
    return [f"{(millionths.get(model, 0) + 50_000) // 100_000 / 10:,.1f}" for model in MODELS]


def _sum(rows: Sequence[Return]) -> Return:
    events, cost_idr = sum(row.events for row in rows), sum(row.cost_idr for row in rows)
    workers = {model: sum(row.workers.get(model, 0) for row in rows) for model in MODELS}
    companies = {model: sum(row.companies.get(model, 0) for row in rows) for model in MODELS}
    return Return("all together", (), events, cost_idr, workers, companies)
