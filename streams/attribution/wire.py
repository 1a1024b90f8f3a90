"""Statements as records of the public topic `credit` (`models.statement.Statement`)."""

import msgspec

from models.instants import canonical
from streams.attribution.outcome import Outcome
from streams.attribution.statement import Statement


class WireStatement(msgspec.Struct, frozen=True, gc=False):
    """A record as it goes out; `models.statement.Statement` says what each field means."""

    member_id: str
    version: int
    status: str
    decided_at: str
    rules_version: str
    kind: str | None
    company_id: str | None
    place: str | None
    occurred_at: str | None
    enrollment_event_id: str | None
    evidence: str
    duplicates: int
    lines: msgspec.Raw


_encode = msgspec.json.Encoder().encode


def credit_record(member_id: str, version: int, decided_ms: int, said: Statement, outcome: Outcome) -> bytes:
    """JSON of a statement with its outcome; `version` already carries the generation."""
    named = said.status != "gone"
    return _encode(
        WireStatement(
            member_id,
            version,
            said.status,
            canonical(decided_ms * 1_000),
            outcome.rules_version,
            said.kind if named else None,
            said.company_id,
            said.place if named else None,
            canonical(said.occurred_us) if named else None,
            said.event_id if named else None,
            outcome.evidence,
            said.duplicates,
            outcome.lines,
        )
    )
