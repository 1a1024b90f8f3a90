"""Statements as records of the public topic `credit` (`models.statement.Statement`)."""

import msgspec

from models.instants import canonical
from streams.credit import MODELS
from streams.folds.statement import Line, Statement


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


def _line(number: int, line: Line) -> dict[str, object]:
    touch = line.touch
    credit = {model: amount for model, amount in zip(MODELS, line.credit, strict=True) if amount}
    if touch is None:
        described = dict.fromkeys(("campaign_id", "channel"), "organic") | dict.fromkeys(
            ("evidence", "approach"), "none"
        )
        return {"line": number, "touch_id": None, **described, "touched_at": None, "credit": credit}
    return {
        "line": number,
        "touch_id": touch.touch_id,
        "campaign_id": touch.campaign_id,
        "channel": touch.channel,
        "evidence": touch.evidence,
        "approach": touch.approach,
        "touched_at": canonical(touch.touched_us),
        "credit": credit,
    }
