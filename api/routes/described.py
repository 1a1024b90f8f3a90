"""What the description of the gateway (OpenAPI) says of its answers."""

from typing import Any, Final

from api.problems import MEDIA_TYPE
from api.shapes.base import NOT_YET, PROBLEM, Shape
from api.shapes.intake import PersonKey, ResultsShape

_TEXT: Final = {"schema": {"type": "string"}}
_NUMBER: Final = {"schema": {"type": "integer", "minimum": 0}}
ETAG: Final = {"description": "Changes with the answer.", **_TEXT}
CACHE: Final = {"description": "Always `private, no-cache`: ask again with `If-None-Match`.", **_TEXT}
VARY: Final = {"description": "Headers of the request on which the answer depends.", **_TEXT}
TAGGED: Final = {"ETag": ETAG, "Cache-Control": CACHE, "Vary": VARY}
RETRY: Final = {"Retry-After": {"description": "Seconds.", **_NUMBER}}
_LANGUAGE: Final = {"Content-Language": {"description": "`id` or `en`.", **_TEXT}, "Vary": VARY}
_CHALLENGE: Final = {"WWW-Authenticate": {"description": "`Bearer`.", **_TEXT}}
_RATES: Final = {
    name: {"description": description, "required": False, **_TEXT}
    for name, description in (
        ("RateLimit", "Requests left to the key in this minute; absent where there is no limit."),
        ("RateLimit-Policy", "How many there are."),
    )
}
_PROBLEMS: Final[dict[int, tuple[str, dict[str, Any]]]] = {
    400: ("A parameter or the body cannot be read; the problem names it.", {}),
    401: ("There is no key, or one that is not known or was revoked.", _CHALLENGE),
    403: ("The key does not allow it.", {}),
    404: ("It is not known, or not to this key.", {}),
    408: ("The body came too slowly.", {}),
    409: ("The app's key for national ids is not the server's.", {}),
    413: ("More than 1,000 events or 5 MiB.", {}),
    415: ("Another type or encoding of content.", {}),
    429: ("Too much at once, of this key or of all.", RETRY),
    503: ("A service is away: send all of it again.", RETRY),
}

Responses = dict[int | str, dict[str, Any]]


def problem(description: str, headers: dict[str, Any], name: str = PROBLEM) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{name}"}
    content = {MEDIA_TYPE: {"schema": reference}}
    return {"description": description, "headers": _LANGUAGE | headers, "content": content}


def problems(*statuses: int) -> Responses:
    return {status: problem(*_PROBLEMS[status]) for status in statuses}


def read_answers(shape: type[Shape], *more: int) -> Responses:
    """Of a route that answers as of a batch; `more` are statuses beside those of all such routes."""
    found = {"description": (shape.__doc__ or "").strip(), "model": shape, "headers": TAGGED}
    unchanged = {"description": "The client has it already.", "headers": TAGGED}
    return {200: found, 304: unchanged, **problems(401, 403, *more, 503)}


def not_yet() -> Responses:
    """Of the look-up of an event."""
    found = problem("The store knows nothing of it, and how old that store is.", {}, NOT_YET)
    schemas = [{"$ref": f"#/components/schemas/{name}"} for name in (NOT_YET, PROBLEM)]
    return {404: found | {"content": {MEDIA_TYPE: {"schema": {"anyOf": schemas}}}}}


def live_answers() -> Responses:
    """Of the stream of counts."""
    content = {"text/event-stream": {"schema": {"type": "string"}}}
    headers = {"Cache-Control": {"description": "Always `no-store`.", **_TEXT}, "Vary": VARY}
    stream = {"description": "Server-sent events.", "content": content, "headers": headers}
    return {200: stream, **problems(400, 401, 403, 503)}


def intake_answers() -> Responses:
    """Of `POST /v1/events`."""
    refused = {"Sambung-Refused": {"description": "How many events were refused.", **_NUMBER}}
    told = {
        200: ("Every event is durable.", {}),
        207: ("Some events were refused; the others are durable.", refused),
        422: ("No event was accepted.", refused),
    }
    answers: Responses = {
        status: {
            "description": description,
            "model": ResultsShape,
            "headers": _LANGUAGE | _RATES | headers,
        }
        for status, (description, headers) in told.items()
    }
    return answers | problems(400, 401, 403, 408, 409, 413, 415, 429, 503)


def person_key_answers() -> Responses:
    """Of `GET /v1/person-key`."""
    found = {"description": "The fingerprint of the server's key.", "model": PersonKey}
    return {200: found, **problems(401, 403, 503)}
