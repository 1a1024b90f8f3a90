"""Rows of a sink, in the same form for every kind of sink."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from models.statement import MODEL_NAMES, Statement
from models.tables.columns import stored_text
from sinks.base import Sink
from sinks.events.decide import inspection_columns, outreach_columns
from sinks.members.decide import GONE
from sinks.rejected.decide import columns as refused_columns
from tests.sinks.memory import MemorySink
from tests.stores import Rows, columns, opened, rows

TABLES = (
    "member",
    "credit",
    "statement",
    "credit_current",
    "live_count",
    "event",
    "outreach_event",
    "inspection",
    "rejected",
)


def all_tables(sink: Sink, url: str = "") -> dict[str, Rows]:
    """Every row of every table, sorted."""
    tables = _in_memory(sink) if isinstance(sink, MemorySink) else _stored(url)
    return {name: sorted(tables[name], key=repr) for name in TABLES}


def determined(tables: dict[str, Rows]) -> dict[str, Rows]:
    """Rows that must not depend on order and repeats: without history, versions and decision times."""
    return {
        "member": [row[:-2] for row in tables["member"]],
        "credit_current": sorted((_undated(row) for row in tables["credit_current"]), key=repr),
        "live_count": [row[:-1] for row in tables["live_count"]],
        **{name: tables[name] for name in ("event", "outreach_event", "inspection", "rejected")},
    }


def _undated(line: tuple[Any, ...]) -> tuple[Any, ...]:
    return line[0], *line[2:11], *line[12:]


def _stored(url: str) -> dict[str, Rows]:
    with opened(url) as connection:
        return {name: rows(connection, _without_batch(connection, name)) for name in TABLES}


def _without_batch(connection: Connection, table: str) -> str:
    """A query; the batch of a row depends on the order of arrival (tests/sinks/batches.py)."""
    names = ", ".join(f'"{name}"' for name in columns(connection, table) if name != "batch")
    return f"SELECT {names} FROM {table}"


def _in_memory(sink: MemorySink) -> dict[str, Rows]:
    return {
        "member": [_member(one) for one in sink.members.values()],
        "credit": [row for one in sink.history.values() for row in _credit(one)],
        "statement": [_statement(one) for one in sink.history.values()],
        "credit_current": [
            (*row, one.kind, one.place, stored_text(one.occurred_at or ""))
            for one in sink.members.values()
            for row in _credit(one)
        ],
        "live_count": [(key[0], *key[1], *sums, version) for key, (sums, version) in sink.counts.items()],
        "event": [(*key, one.revision, one.body.decode()) for key, one in sink.events.items()],
        "outreach_event": [
            outreach_columns(one.body) for key, one in sink.events.items() if key[0] == "outreach-event"
        ],
        "inspection": [
            inspection_columns(one.body) for key, one in sink.events.items() if key[0] == "inspection"
        ],
        "rejected": [refused_columns(one) for one in sink.rejected.values()],
    }


def _member(statement: Statement) -> tuple[Any, ...]:
    assert statement.status != GONE
    return (
        statement.member_id,
        statement.kind,
        statement.company_id,
        statement.place,
        stored_text(statement.occurred_at or ""),
        statement.enrollment_event_id,
        statement.status,
        statement.evidence,
        statement.duplicates,
        statement.rules_version,
        statement.version,
        stored_text(statement.decided_at),
    )


def _statement(statement: Statement) -> tuple[Any, ...]:
    occurred = statement.occurred_at and stored_text(statement.occurred_at)
    return (
        statement.member_id,
        statement.version,
        statement.status,
        stored_text(statement.decided_at),
        statement.kind,
        statement.company_id,
        statement.place,
        statement.enrollment_event_id,
        statement.evidence,
        statement.rules_version,
        occurred,
        statement.duplicates,
    )


def _credit(statement: Statement) -> Iterator[tuple[Any, ...]]:
    decided_at = stored_text(statement.decided_at)
    for line in statement.lines:
        touched = line.touched_at and stored_text(line.touched_at)
        described = (line.touch_id, line.campaign_id, line.channel, line.evidence, line.approach, touched)
        for model in MODEL_NAMES:
            credit = getattr(line.credit, model)
            if credit is not None:
                yield statement.member_id, statement.version, model, line.line, *described, credit, decided_at
