"""What an answer of the gateway means for the events of a request."""

import json
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Final, NamedTuple

NO_PERSON_KEY: Final = "no_person_key"
"""The gateway has no key to hash national ids with, but takes events without them."""
_RESULTS: Final = frozenset({200, 207, 422})
_LONGEST_DETAIL: Final = 500


class Result(NamedTuple):
    """What became of one event."""

    reason: str = ""
    """Why it was refused; empty if it was accepted."""
    messages: tuple[str, ...] = ()
    later: bool = False
    """Refused for a cause that may pass: to be sent again another time."""

    @property
    def accepted(self) -> bool:
        return not self.reason


class Then(Enum):
    """What to do after a request of which nothing is known to be durable."""

    WAIT = "wait"
    """The same again, after a while."""
    SHRINK = "shrink"
    """Half as many events, at once; a single one that is answered so lies aside."""
    SLOW = "slow"
    """Half as many, after a while; a single one goes behind the others."""
    DIVIDE = "divide"
    """The same if it happens twice: one event may be what it fails of, or the line carries no more."""
    STOP = "stop"
    """A person has to correct something first."""


class Fault(NamedTuple):
    then: Then
    sentence: str
    reason: str = ""
    """Under which a single event lies aside."""
    wait_s: float = 0.0
    """The least wait, as the gateway asks."""


def read_answer(
    status: int, body: bytes, sent: Sequence[str | None], wait_s: float = 0.0
) -> list[Result] | Fault:
    """One result for each event that was sent, by their ids (None: a line without one); or what is wrong.

    An answer is believed only if it tells of every event that was sent, in order: the sign-in page of a
    hotel's network answers 200 as well.
    """
    content = _json(body)
    if status in _RESULTS:
        return _results(content, sent) or Fault(Then.WAIT, _FOREIGN)
    detail = _detail(content)
    if status == 503 and isinstance(content, dict) and content.get("reason") == NO_PERSON_KEY:
        return Fault(Then.WAIT, f"It cannot take national ids now. {detail}", NO_PERSON_KEY, wait_s)
    if status in _FAULTS:
        then, sentence, reason = _FAULTS[status]
    elif 300 <= status < 400:
        then, sentence, reason = Then.STOP, "It sends on to another address; name that one.", ""
    elif status >= 500:
        then, sentence, reason = Then.WAIT, f"It cannot take events now (status {status}).", ""
    else:
        then, sentence, reason = Then.STOP, f"It answers with status {status}.", ""
    return Fault(then, f"{sentence} {detail}".strip(), reason, wait_s)


class Standing(NamedTuple):
    """The revision of an event that counts, as the store knows it."""

    revision: int
    content_sha256: str


def read_standing(body: bytes) -> Standing | None:
    """Of what `GET /v1/events/TYPE/ID` answers; None if no revision stands."""
    content = _json(body)
    found = content.get("standing") if isinstance(content, dict) else None
    if not isinstance(found, dict) or type(found.get("revision")) is not int:
        return None
    return Standing(found["revision"], str(found.get("content_sha256", "")))


_FOREIGN: Final = "What answers is no gateway of Sambung; perhaps this network wants a sign-in first."
_FAULTS: Final[Mapping[int, tuple[Then, str, str]]] = {
    400: (Then.SHRINK, "It could not read the request.", "not_readable"),
    401: (Then.STOP, "It does not know this key, or the key was revoked.", ""),
    403: (Then.STOP, "This key may not do that.", ""),
    404: (Then.STOP, "Nothing takes events at this address.", ""),
    405: (Then.STOP, "Nothing takes events at this address.", ""),
    408: (Then.SLOW, "The request took too long.", ""),
    409: (Then.STOP, "It hashes national ids with another key than this app.", ""),
    413: (Then.SHRINK, "The request is too large for it.", "too_large"),
    415: (Then.STOP, "It does not take lines of JSON; is it a gateway of Sambung?", ""),
    429: (Then.WAIT, "It has too much to do.", ""),
    500: (Then.DIVIDE, "It failed of this request.", ""),
    504: (Then.SLOW, "The request took too long.", ""),
}
"""By status: what to do, what to say, and the reason under which a single event lies aside."""


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _detail(content: Any) -> str:
    """The gateway's own sentence."""
    detail = content.get("detail") if isinstance(content, dict) else None
    return f"It says: {detail[:_LONGEST_DETAIL]}" if isinstance(detail, str) and detail else ""


def _results(content: Any, sent: Sequence[str | None]) -> list[Result] | None:
    found = content.get("results") if isinstance(content, dict) else None
    if not isinstance(found, list) or len(found) != len(sent):
        return None
    results = [
        _result(one, index, event_id) for index, (one, event_id) in enumerate(zip(found, sent, strict=True))
    ]
    return [one for one in results if one is not None] if None not in results else None


def _result(one: Any, index: int, event_id: str | None) -> Result | None:
    """None if it is not of this event; an id that is no UUID may be masked or left out."""
    if not isinstance(one, dict) or one.get("index") != index:
        return None
    if one.get("result") == "accepted":
        return Result() if one.get("event_id") == event_id else None
    reason = one.get("reason")
    if one.get("result") != "refused" or not isinstance(reason, str) or not reason:
        return None
    return Result(reason, _messages(one.get("errors")), one.get("retry") is True)


def _messages(errors: Any) -> tuple[str, ...]:
    if not isinstance(errors, list):
        return ()
    found = [one.get("message") for one in errors if isinstance(one, dict)]
    return tuple(one for one in found if isinstance(one, str))
