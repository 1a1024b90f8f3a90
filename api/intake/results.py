"""The answer to a request: one result for each event, in their order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from api.intake.judging import NotAllowed, Verdict
from api.intake.turns import in_turns
from api.intake.verdicts import Refused, identity_of, warnings_of
from api.languages import Words
from models.events import Event
from models.intake.english import ENGLISH
from models.intake.indonesian import INDONESIAN
from models.intake.masking import mask_text
from models.intake.phrases import Complaint, Wording
from models.language import Language

WORDINGS: Final[Mapping[Language, Wording]] = {Language.ID: INDONESIAN, Language.EN: ENGLISH}
NOT_ALLOWED: Final = "not_allowed"
REFUSED_HEADER: Final = "Sambung-Refused"

_WRONG_SCOPE: Final = Words(
    "Kunci ini tidak mencakup `{scope}`. Minta kunci yang mencakupnya kepada pengelola.",
    "This key does not allow `{scope}`. Ask the operator for one that does.",
)
_WRONG_PLACE: Final = Words(
    "Kunci ini tidak berlaku untuk wilayah kejadian ini, atau untuk wilayah revisi yang berlaku sekarang.",
    "This key is not for the place of this event, or not for that of the revision that stands.",
)


class Accepted(msgspec.Struct, frozen=True):
    index: int
    event_id: str
    revision: int
    result: str = "accepted"


class Error(msgspec.Struct, frozen=True):
    pointer: str
    message: str


class Warned(msgspec.Struct, frozen=True):
    index: int
    event_id: str
    revision: int
    warnings: tuple[Error, ...]
    result: str = "accepted"


class Denied(msgspec.Struct, frozen=True):
    index: int
    event_id: str | None
    revision: int | None
    reason: str
    errors: tuple[Error, ...]
    result: str = "refused"
    retry: bool = False


class Results(NamedTuple):
    status: int
    body: bytes
    headers: Mapping[str, str]
    reasons: Sequence[str]
    """Of those refused."""


_encode = msgspec.json.Encoder().encode


async def results_of(verdicts: Sequence[Verdict], language: Language, now_us: int) -> Results:
    """Status 200, 207 or 422. Nothing in it quotes what may be a national id."""
    results = await in_turns(_result(index, one, language, now_us) for index, one in enumerate(verdicts))
    reasons = [one.reason for one in results if isinstance(one, Denied)]
    warnings = sum(isinstance(one, Warned) for one in results)
    refused = len(reasons)
    content: dict[str, Any] = {
        "accepted": len(results) - refused,
        "refused": refused,
        "warnings": warnings,
        "results": results,
    }
    status = 200 if not refused else 207 if refused < len(results) else 422
    headers = {REFUSED_HEADER: str(refused)} if refused else {}
    return Results(status, _encode(content), headers, reasons)


def _result(index: int, verdict: Verdict, language: Language, now_us: int) -> Accepted | Warned | Denied:
    if isinstance(verdict, Refused):
        errors = _told(verdict.refusal.complaints, language)
        return Denied(index, *identity_of(verdict.value), verdict.refusal.reason.value, errors)
    if isinstance(verdict, NotAllowed):
        return _not_allowed(index, verdict, language)
    return _accepted(index, verdict, language, now_us)


def _accepted(index: int, event: Event, language: Language, now_us: int) -> Accepted | Warned:
    warnings = warnings_of(event, now_us)
    if not warnings:
        return Accepted(index, event.event_id, event.revision)
    return Warned(index, event.event_id, event.revision, _told(warnings, language))


def _not_allowed(index: int, verdict: NotAllowed, language: Language) -> Denied:
    event = verdict.event
    words = _WRONG_SCOPE.filled(scope=verdict.scope) if verdict.scope else _WRONG_PLACE
    error = Error("/type" if verdict.scope else "/place", words.told(language))
    return Denied(index, event.event_id, event.revision, NOT_ALLOWED, (error,))


def _told(complaints: Iterable[Complaint], language: Language) -> tuple[Error, ...]:
    wording = WORDINGS[language]
    return tuple(Error(one.pointer, mask_text(one.sentence.told(wording))) for one in complaints)
