"""What is sent to the gateway, and what it answers to each event."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from api.shapes.base import Count, Shape
from models.events import EVENTS
from models.intake.refusal import Reason

MOST_EVENTS: Final = 1_000
JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
_REFERENCE: Final = "#/components/schemas/{model}"
_NIK: Final = {"type": "string", "pattern": "^[0-9]{16}$"}
_NATIONAL_IDS: Final[dict[str, dict[str, Any]]] = {
    "enrollment": {
        "nik": {
            **_NIK,
            "description": "The worker's national id, instead of `person`, which it becomes at once; it is "
            "kept nowhere. Send it over TLS only.",
        }
    },
    "outreach-event": {
        "attendee_niks": {
            "type": "array",
            "items": _NIK,
            "maxItems": 5_000,
            "description": "National ids instead of `attendees`, likewise.",
        }
    },
}
"""Fields that are taken here only, by type."""


class ErrorShape(Shape):
    pointer: str
    """Where in the event, as a JSON pointer."""
    message: str
    """What is wrong, and what to write instead, in the language asked for."""


class Result(Shape):
    """The answer to one event."""

    index: Count
    """Its place in the request; blank lines do not count."""
    event_id: str | None
    """Null where it cannot be read, as is `revision`."""
    revision: int | None
    result: Literal["accepted", "refused"]
    reason: Reason | Literal["not_allowed"] | None = None
    """Of what is refused."""
    retry: bool | None = None
    """Of what is refused: false, the same bytes will be refused again."""
    errors: list[ErrorShape] | None = None
    """Of what is refused."""
    warnings: list[ErrorShape] | None = None
    """Of what is accepted though it looks odd."""


class ResultsShape(Shape):
    """One result for each event, in their order."""

    accepted: Count
    refused: Count
    warnings: Count
    results: Annotated[list[Result], Field(max_length=MOST_EVENTS)]


class PersonKey(Shape):
    fingerprint: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    """8 bytes of HMAC(key, "sambung fingerprint"), in hex."""


def event_schemas() -> dict[str, Any]:
    """By name in the description: the events, with the fields that are taken here only."""
    return {_name(event_type): _event_schema(event_type) for event_type in EVENTS}


def request_body() -> dict[str, Any]:
    """Of `POST /v1/events`, as OpenAPI has it."""
    events = [{"$ref": _REFERENCE.format(model=_name(event_type))} for event_type in EVENTS]
    event = {"oneOf": events}
    many = {"type": "array", "items": event, "minItems": 1, "maxItems": MOST_EVENTS}
    lines = {"type": "string", "description": "One event per line."}
    return {
        "required": True,
        "description": "One event, or up to 1,000 of them, and 5 MiB after decompression (`Content-Encoding: "
        "gzip`).",
        "content": {JSON: {"schema": {"oneOf": [*events, many]}}, NDJSON: {"schema": lines}},
    }


def _name(event_type: str) -> str:
    return f"{EVENTS[event_type].__name__}Event".replace("EventEvent", "Event")


def _event_schema(event_type: str) -> dict[str, Any]:
    schema = EVENTS[event_type].model_json_schema(ref_template=_REFERENCE)
    schema["properties"] |= _NATIONAL_IDS.get(event_type, {})
    return schema
