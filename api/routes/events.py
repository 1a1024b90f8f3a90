"""`POST /v1/events`: takes events, answers each, and keeps what it answers for."""

from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from time import perf_counter, time_ns
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from api.gateway import Gateway, gateway_of
from api.intake import judging
from api.intake.judging import NotAllowed, Verdict
from api.intake.national_ids import NoPersonKey
from api.intake.records import records_of
from api.intake.results import Results, results_of
from api.intake.room import check_encoding, read_body
from api.intake.splitting import check_type, split
from api.intake.turns import in_turns
from api.intake.verdicts import Refused
from api.keys.key import Key, Scope
from api.languages import Words, language_of
from api.ports import NotDurable, PublicRecord
from api.problems import Problem, unavailable
from api.routes.authorized import BEARER, key_of, require
from api.routes.described import intake_answers
from api.shapes.intake import request_body
from models.person_key import fingerprint


class PlainRoute(APIRoute):
    """Of a function that takes the request and gives the answer: no parameters that FastAPI has to find."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


router = APIRouter(route_class=PlainRoute)

PUBLISH_SCOPES: Final = (Scope.PUBLISH_ENROLLMENT, Scope.PUBLISH_OUTREACH_EVENT, Scope.PUBLISH_INSPECTION)
PERSON_KEY_HEADER: Final = "sambung-person-key"
KEYLESS_RETRY_S: Final = 60

NO_PERSON_KEY: Final = Words(
    "Server ini tidak punya kunci untuk NIK, jadi `nik` dan `attendee_niks` tidak dapat diterima. Kirim lagi "
    "setelah pengelola memasangnya (SAMBUNG_PERSON_KEY_FILE).",
    "This server has no key for national ids, so it cannot take `nik` and `attendee_niks`. Send them again "
    "when the operator has set one (SAMBUNG_PERSON_KEY_FILE).",
)
_OTHER_PERSON_KEY: Final = Words(
    "Kunci NIK aplikasi ini bukan kunci server (`GET /v1/person-key`), jadi orang yang sama akan tampak "
    "sebagai dua orang. Pasang kunci yang benar di aplikasi.",
    "The app's key for national ids is not the server's (`GET /v1/person-key`), so one person would look "
    "like two. Give the app the right key.",
)


@router.post(
    "/v1/events",
    tags=["events"],
    responses=intake_answers(),
    openapi_extra={"requestBody": request_body(), "security": [{BEARER.scheme_name: []}]},
    response_model=None,
)
async def take_events(request: Request) -> Response:
    """Takes up to 1,000 events, and answers when each is durable or refused."""
    gateway = gateway_of(request)
    key = await key_of(request)  # no dependency: FastAPI takes as long for one as for an event
    require(key, *PUBLISH_SCOPES)
    headers = gateway.rates.count(key.name)
    _check_person_key(request.headers.get(PERSON_KEY_HEADER), gateway.person_key)
    content_type = check_type(request.headers.get("content-type"))
    compressed = check_encoding(request.headers.get("content-encoding"))
    with gateway.room.share() as share:
        body = await read_body(aiter(request.stream()), share, compressed=compressed)
        verdicts = await _verdicts(gateway, split(body, content_type), key)
        del body
        records = records_of(verdicts, key.name, request.state.request_id)
        await _publish(gateway, await in_turns(records))
    language = language_of(request.headers.get("accept-language"))
    results = await results_of(verdicts, language, time_ns() // 1_000)
    _count(gateway, verdicts, results)
    answer = {"Content-Language": language.value, "Vary": "Accept-Language", **headers, **results.headers}
    return Response(results.body, results.status, answer, "application/json")


def _check_person_key(expected: str | None, key: bytes | None) -> None:
    """Raises Problem 409 for another key than the app's, and 503 for none."""
    if expected is None:
        return
    if key is None:
        raise unavailable("no_person_key", NO_PERSON_KEY, KEYLESS_RETRY_S)
    if expected.strip().lower() != fingerprint(key):
        raise Problem(409, "other_person_key", _OTHER_PERSON_KEY)


async def _verdicts(gateway: Gateway, values: Sequence[bytes], key: Key) -> Sequence[Verdict]:
    try:
        verdicts = await judging.judged(values, gateway.places, gateway.person_key, gateway.beside)
    except NoPersonKey:
        raise unavailable("no_person_key", NO_PERSON_KEY, KEYLESS_RETRY_S) from None
    return await judging.allowed(verdicts, key, gateway.store)


async def _publish(gateway: Gateway, records: Sequence[PublicRecord]) -> None:
    if not records:
        return
    began_s = perf_counter()
    try:
        await gateway.publisher.publish(records)
    except NotDurable:
        gateway.metrics.not_durable.inc()
        raise
    gateway.metrics.publish_seconds.observe(perf_counter() - began_s)


def _count(gateway: Gateway, verdicts: Sequence[Verdict], results: Results) -> None:
    accepted = Counter(one.type for one in verdicts if not isinstance(one, (Refused, NotAllowed)))
    for kind, count in accepted.items():
        gateway.metrics.accepted.labels(kind).inc(count)
    for reason, count in Counter(results.reasons).items():
        gateway.metrics.refused.labels(reason).inc(count)
