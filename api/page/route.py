"""Routes whose faults are told to people as pages, and to scripts as `application/problem+json`."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from api.languages import Words
from api.page.answers import go_to, page, view_in
from api.page.session import NotSignedIn
from api.problems import MEDIA_TYPE, TITLES, Problem, unavailable
from api.reading.cursors import WrongCursor
from api.store import StoreAway

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_STORE_AWAY: Final = Words(
    "Basis data tidak menjawab, jadi tidak ada angka. Halaman ini kembali bila basis data menjawab lagi.",
    "The store does not answer, so there are no numbers. This page comes back when the store answers again.",
)
_NO_PAGE: Final = Words("Halaman itu tidak ada.", "There is no such page.")
_SIGN_IN: Final = Words("Masuk dahulu: /sign-in.", "Sign in first: /sign-in.")


class PageRoute(APIRoute):
    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except NotSignedIn:
                if is_for_people(request):
                    return go_to(request, "/sign-in")
                return _told(request, Problem(401, "not_signed_in", _SIGN_IN))
            except StoreAway:
                return _told(request, unavailable("store_away", _STORE_AWAY))
            except (RequestValidationError, WrongCursor):
                return _told(request, Problem(404, "no_such_page", _NO_PAGE))
            except Problem as problem:
                return _told(request, problem)

        return handled


def is_for_people(request: Request) -> bool:
    """Whether a browser asks for a page, and not a script for what is in it."""
    return "text/html" in request.headers.get("accept", "")


def _told(request: Request, problem: Problem) -> Response:
    language = view_in(request).language
    if not is_for_people(request):
        return Response(problem.body(language), problem.status, dict(problem.headers), MEDIA_TYPE)
    title, detail = TITLES[problem.status].told(language), problem.detail.told(language)
    return page(
        request,
        "told.html",
        problem.status,
        problem.headers,
        title=title,
        detail=detail,
        again=problem.status == 503,
    )
