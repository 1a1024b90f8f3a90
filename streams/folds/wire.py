"""Statements as records of the public topic `credit` (`models.statement.Statement`)."""

from functools import lru_cache

import msgspec

from models.instants import canonical
from models.touches import ORGANIC
from streams.credit import MODELS
from streams.folds.statement import Line, Statement


class WireLine(msgspec.Struct, frozen=True, gc=False):
    """A line as it goes out; `models.statement.Line` says what each field means."""

    line: int
    touch_id: str | None
    campaign_id: str
    channel: str
    evidence: str
    approach: str
    touched_at: str | None
    credit: dict[str, int]


_touched_at = lru_cache(10_000)(canonical)
"""One event touches many members at the same instant."""


def credit_record(member_id: str, version: int, decided_ms: int, said: Statement) -> bytes:
    """JSON of a statement; `version` already carries the generation."""
    enrolled = said.counting
    return msgspec.json.encode(
        {
            "member_id": member_id,
            "version": version,
            "status": said.status,
            "decided_at": canonical(decided_ms * 1_000),
            "rules_version": said.rules_version,
            "kind": enrolled and enrolled.kind,
            "company_id": enrolled and enrolled.company_id,
            "place": enrolled and enrolled.place,
            "occurred_at": enrolled and canonical(enrolled.occurred_us),
            "enrollment_event_id": enrolled and enrolled.event_id,
            "evidence": said.evidence,
            "duplicates": said.duplicates,
            "lines": [_line(number, line) for number, line in enumerate(said.lines)],
        }
    )


def _line(number: int, line: Line) -> WireLine:
    touch = line.touch
    credit = {model: amount for model, amount in zip(MODELS, line.credit, strict=True) if amount}
    if touch is None:
        return WireLine(number, None, ORGANIC, ORGANIC, "none", "none", None, credit)
    return WireLine(
        number,
        touch.touch_id,
        touch.campaign_id,
        touch.channel,
        touch.evidence,
        touch.approach,
        _touched_at(touch.touched_us),
        credit,
    )
