"""What a sink shows, in one shape for all of them: rows as the tables have them."""

from collections.abc import Iterator
from typing import Any

from models.statement import MODEL_NAMES, Statement
from models.tables.columns import stored_text
from sinks.base import Sink
from sinks.events.decide import inspection_columns, outreach_columns
from sinks.members.decide import GONE
from sinks.rejected.decide import columns
from tests.sinks.memory import MemorySink
from tests.stores import Rows, opened, rows

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


def shown(sink: Sink, url: str = "") -> dict[str, Rows]:
    """Every row of every table, sorted."""
    tables = _in_memory(sink) if isinstance(sink, MemorySink) else _stored(url)
    return {name: sorted(tables[name], key=repr) for name in TABLES}


def determined(tables: dict[str, Rows]) -> dict[str, Rows]:
    """What may not depend on order and repeats: without history, versions and times of decision."""
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
        return {name: rows(connection, f"SELECT * FROM {name}") for name in TABLES}  # noqa: S608  ours


def _in_memory(sink: MemorySink) -> dict[str, Rows]:
    return {
        "member": [_member(said) for said in sink.members.values()],
        "credit": [row for said in sink.history.values() for row in _credit(said)],
        "statement": [
            (said.member_id, said.version, said.status, stored_text(said.decided_at))
            for said in sink.history.values()
        ],
        "credit_current": [
            (*row, said.kind, said.place, stored_text(said.occurred_at or ""))
            for said in sink.members.values()
            for row in _credit(said)
        ],
        "live_count": [(key[0], *key[1], *sums, version) for key, (sums, version) in sink.counts.items()],
        "event": [(*key, said.revision, said.body.decode()) for key, said in sink.events.items()],
        "outreach_event": [
            outreach_columns(said.body) for key, said in sink.events.items() if key[0] == "outreach-event"
        ],
        "inspection": [
            inspection_columns(said.body) for key, said in sink.events.items() if key[0] == "inspection"
        ],
        "rejected": [columns(said) for said in sink.rejected.values()],
    }


def _member(said: Statement) -> tuple[Any, ...]:
    assert said.status != GONE
    return (
        said.member_id,
        said.kind,
        said.company_id,
        said.place,
        stored_text(said.occurred_at or ""),
        said.enrollment_event_id,
        said.status,
        said.evidence,
        said.duplicates,
        said.rules_version,
        said.version,
        stored_text(said.decided_at),
    )


def _credit(said: Statement) -> Iterator[tuple[Any, ...]]:
    decided_at = stored_text(said.decided_at)
    for line in said.lines:
        touched = line.touched_at and stored_text(line.touched_at)
        described = (line.touch_id, line.campaign_id, line.channel, line.evidence, line.approach, touched)
        for model in MODEL_NAMES:
            credit = getattr(line.credit, model)
            if credit is not None:
                yield said.member_id, said.version, model, line.line, *described, credit, decided_at
