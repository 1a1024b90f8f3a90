"""Reads determined tables off the public output topics, for checks that need no store."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.oracle.columns import CREDIT_CURRENT, LINE, LIVE_COUNT, MEMBER
from tests.oracle.tables import Table, Tables

Record = Mapping[str, Any]
"""One record of a topic, decoded."""


def rows_of_topics(statements: Iterable[Record], live_counts: Iterable[Record]) -> Tables:
    """`member`, `credit_current` and `live_count`, from the newest record of each key."""
    current = [statement for statement in statements if statement["status"] != "gone"]
    credit = (cells for statement in current for cells in _credit_cells(statement))
    counted = (
        {"campaign_id": record["campaign_id"], **row} for record in live_counts for row in record["rows"]
    )
    return {
        "member": Table.of("member", MEMBER, (_cells(statement, MEMBER) for statement in current)),
        "credit_current": Table.of("credit_current", CREDIT_CURRENT, credit),
        "live_count": Table.of(
            "live_count", LIVE_COUNT, ([row[name] for name in LIVE_COUNT] for row in counted)
        ),
    }


def _credit_cells(statement: Record) -> Iterator[list[Any]]:
    for line in statement["lines"]:
        for model, millionths in line["credit"].items():
            described = _cells(statement, ("kind", "place", "occurred_at"))
            yield [statement["member_id"], model, *_cells(line, LINE), millionths, *described]


def _cells(record: Record, names: Iterable[str]) -> list[Any]:
    return [_as_stored(name, record[name]) for name in names]


def _as_stored(name: str, value: Any) -> Any:
    """Instants as SQLite has them."""
    return value.replace("T", " ").rstrip("Z") if value and name.endswith("_at") else value
