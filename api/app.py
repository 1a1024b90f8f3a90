"""The application: routes, middlewares, and how faults are answered."""

import re
from collections.abc import Iterable
from functools import partial
from importlib.metadata import version
from typing import Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from api.description import description
from api.entrance import REQUEST_HEADER, Entrance
from api.gateway import Gateway
from api.intake.results import REFUSED_HEADER
from api.languages import Words, language_of
from api.live.hub import Hub, Sources
from api.page.setup import add_page
from api.ports import NotDurable
from api.problems import MEDIA_TYPE, Problem, no_such_route, unavailable
from api.reading.cursors import WrongCursor
from api.reading.reading import Reading
from api.routes import (
    audit,
    campaigns,
    event_lookup,
    events,
    live,
    members,
    person_key,
    places,
    probes,
    rejected,
    targets,
)
from api.routes.events import PERSON_KEY_HEADER
from api.store import StoreAway, StoreReader

log = structlog.get_logger()

ROUTERS: Final = tuple(
    one.router
    for one in (
        events,  # first, as most requests are its
        audit,
        campaigns,
        event_lookup,
        live,
        members,
        person_key,
        places,
        probes,
        rejected,
        targets,
    )
)

_STORE_AWAY = Words(
    "Basis data tidak menjawab. Kirim permintaan yang sama sekali lagi nanti.",
    "The store does not answer. Send the same request again later.",
)
_NOT_DURABLE = Words(
    "Kejadian tidak dapat disimpan sekarang. Kirim semuanya sekali lagi, tanpa diubah: tidak ada yang "
    "dihitung dua kali.",
    "The events cannot be made durable now. Send all of them again, unchanged: nothing is counted twice.",
)
_HTTP: Final = {
    405: (
        "wrong_method",
        Words("Alamat ini tidak menerima metode itu.", "This address takes other methods."),
    ),
}
_WRONG_PARAMETERS = Words(
    "Parameter berikut salah: {names}. Lihat /v1/openapi.json.",
    "These parameters are wrong: {names}. See /v1/openapi.json.",
)
_is_name: Final = re.compile(r"[a-z_]{1,32}").fullmatch
_FAULTS: Final = (Problem, StoreAway, NotDurable, RequestValidationError, WrongCursor, HTTPException)
_OTHER = Words("Permintaan ini tidak dapat diproses.", "This request cannot be processed.")


_ASKED_WITH: Final = (
    *("authorization", "content-encoding", "content-type", PERSON_KEY_HEADER),
    *("if-none-match", "last-event-id"),
)
_SHOWN: Final = ("ETag", REQUEST_HEADER, REFUSED_HEADER, "RateLimit", "RateLimit-Policy", "Retry-After")
"""Headers of requests and answers that scripts of other origins may use."""


def create_app(gateway: Gateway) -> FastAPI:
    app = bare_app()
    app.state.gateway = gateway
    app.state.reading = Reading(gateway.store.url)
    live_store = StoreReader(gateway.store.url, threads=1)
    app.state.live = Hub(Sources(live_store, gateway.keys, gateway.backlog))
    gateway.at_stop.append(app.state.live.stop)
    gateway.at_end.extend((live_store.close, app.state.reading.close))
    add_page(app, gateway, app.state.reading)
    readers = (app.state.live, app.state.page_hub)
    gateway.metrics.live_readers.set_function(lambda: sum(one.readers for one in readers))
    if origins := gateway.settings.gateway_origins.split():
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            allow_headers=_ASKED_WITH,
            expose_headers=_SHOWN,
        )
    app.add_middleware(Entrance, metrics=gateway.metrics)
    for kind in _FAULTS:
        app.add_exception_handler(kind, _answer)
    return app


def bare_app() -> FastAPI:
    """The routes and their description, with nothing behind them."""
    app = FastAPI(
        title="Sambung",
        version=version("sambung"),
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.openapi = partial(description, app)  # type: ignore[method-assign]
    for router in ROUTERS:
        app.include_router(router)
    return app


async def _answer(request: Request, error: Exception) -> Response:
    problem = _problem(error)
    language = language_of(request.headers.get("accept-language"))
    headers = {**problem.headers, "Content-Language": language.value, "Vary": "Accept-Language"}
    return Response(problem.body(language), problem.status, headers, MEDIA_TYPE)


def _problem(error: Exception) -> Problem:  # noqa: PLR0911  one per case
    match error:
        case Problem():
            return error
        case StoreAway():
            log.warning("store_away", error=str(error))
            return unavailable("store_away", _STORE_AWAY)
        case NotDurable():
            log.warning("not_durable", error=str(error))
            return unavailable("not_durable", _NOT_DURABLE)
        case RequestValidationError():
            return _wrong_parameters({str(one["loc"][-1]) for one in error.errors()})
        case WrongCursor():
            return _wrong_parameters({"cursor"})
        case HTTPException(status_code=404):
            return no_such_route()
        case HTTPException():
            reason, detail = _HTTP.get(error.status_code, ("refused", _OTHER))
            return Problem(error.status_code, reason, detail, error.headers or {})
    raise error


def _wrong_parameters(names: Iterable[str]) -> Problem:
    """Names the parameters, and quotes nothing of what a client made up."""
    told = {name if _is_name(name) else "?" for name in names}
    return Problem(400, "invalid_query", _WRONG_PARAMETERS.filled(names=", ".join(sorted(told))))
