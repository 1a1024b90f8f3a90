"""The outermost of the application: ids of requests, headers of every answer, metrics, and errors of ours.

Logs and metrics name the route. A path, query or body may hold what is personal, so nothing quotes them.
"""

import re
from collections.abc import MutableMapping
from secrets import token_urlsafe
from time import perf_counter
from typing import Any, Final

import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.languages import Words, language_of
from api.metrics import Metrics
from api.problems import MEDIA_TYPE, Problem, no_such_route
from streams.engine.failures import describe_error

log = structlog.get_logger()

REQUEST_HEADER: Final = "Sambung-Request"
"""Name of the header with the request's id, by which an operator finds what was logged of it."""
NO_ROUTE: Final = "none"
LEFT: Final = 499
"""Status, in the metrics, of a request whose client has gone."""
EVENT_STREAM: Final = b"text/event-stream"

_HEADERS: Final = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
"""Of every answer that has no other value for them; names as ASGI has them, in lower case."""
_TLS_HEADERS: Final = (*_HEADERS, (b"strict-transport-security", b"max-age=31536000"))
_REQUEST_HEADER: Final = REQUEST_HEADER.lower().encode()
_has_national_id = re.compile(r"(?<![0-9])[0-9]{16}(?![0-9])").search
_OURS: Final = Words(
    "Kesalahan ada pada server. Kirim permintaan yang sama sekali lagi; bila terulang, sebutkan "
    "`Sambung-Request` kepada pengelola.",
    "The error is the server's. Send the same request again; if it happens again, give the operator "
    "`Sambung-Request`.",
)


class Entrance:
    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        try:
            if _has_national_id(scope["path"]):
                await answer.problem(no_such_route())
            else:
                await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            answer.status = LEFT
        except Exception as error:  # noqa: BLE001  its own text may quote personal data
            told = describe_error(error)
            log.error("request_failed", route=_route(scope), request=answer.id, error=told)  # noqa: TRY400
            await answer.problem(Problem(500, "error", _OURS))
        self._observe(scope, answer)

    def _observe(self, scope: Scope, answer: "_Answer") -> None:
        route = _route(scope)
        self._metrics.requests.labels(route, str(answer.status)).inc()
        if not answer.is_stream:
            self._metrics.request_seconds.labels(route).observe(perf_counter() - answer.began_s)


class _Answer:
    """What is sent to one request."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.began_s = perf_counter()
        self.id = token_urlsafe(9)
        self.status = 0
        self.is_stream = False
        self._send = send
        self._is_tls = scope["scheme"] == "https"
        self._scope = scope
        scope.setdefault("state", {})["request_id"] = self.id

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._add_headers(message)
        await self._send(message)

    def _add_headers(self, message: MutableMapping[str, Any]) -> None:
        headers: list[tuple[bytes, bytes]] = message["headers"]
        given = dict(headers)
        self.is_stream = given.get(b"content-type", b"").startswith(EVENT_STREAM)
        headers += [one for one in (_TLS_HEADERS if self._is_tls else _HEADERS) if one[0] not in given]
        headers.append((_REQUEST_HEADER, self.id.encode()))

    async def problem(self, problem: Problem) -> None:
        """Nothing where the answer has begun; the server cuts the connection then."""
        if self.status:
            return
        language = language_of(Headers(scope=self._scope).get("accept-language"))
        headers = [(b"content-type", MEDIA_TYPE.encode())]
        await self.send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": problem.body(language)})


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", NO_ROUTE)
