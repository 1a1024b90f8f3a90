"""Signing in by a key or by a link from the terminal, and signing out."""

from typing import Final

from fastapi import APIRouter, Request, Response

from api.gateway import gateway_of
from api.keys.key import Scope
from api.languages import Words
from api.page.answers import go_to, page, posted, view_in
from api.page.route import PageRoute
from api.page.routes.live import desk_of
from api.page.session import FromHere, cookie_name, sessions_of, set_session

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_WRONG_KEY: Final = Words(
    "Kunci ini tidak dikenal, sudah dicabut, atau tidak mencakup read:counts.",
    "This key is not known, was revoked, or does not allow read:counts.",
)
_WRONG_LINK: Final = Words(
    "Tautan ini sudah dipakai atau lebih tua dari 10 menit. Masuk dengan kunci, atau mulai Sambung lagi "
    "untuk tautan baru.",
    "This link was used already, or is older than 10 minutes. Sign in with a key, or start Sambung again for "
    "a new link.",
)


@router.get("/sign-in")
async def sign_in_page(request: Request) -> Response:
    return page(request, "signing_in.html", problem=None)


@router.post("/sign-in", dependencies=[FromHere])
async def sign_in(request: Request) -> Response:
    """With `key`, or with `link`, of a form."""
    form = await posted(request)
    link = form.get("link")
    session_id = _by_link(request, link) if link else await _by_key(request, form.get("key", "").strip())
    if session_id is None:
        problem = (_WRONG_LINK if link else _WRONG_KEY).told(view_in(request).language)
        return page(request, "signing_in.html", 403, problem=problem)
    response = go_to(request, "/")
    _end(request)
    set_session(request, response, session_id)
    await desk_of(request).count(0)  # so that the numbers are there when the page asks for them
    return response


def _by_link(request: Request, link: str) -> str | None:
    return sessions_of(request).begin_by_link() if gateway_of(request).links.take(link) else None


async def _by_key(request: Request, token: str) -> str | None:
    key = await gateway_of(request).keys.find(token)
    if key is None or Scope.READ_COUNTS not in key.scopes:
        return None
    return sessions_of(request).begin_by_key(key.name, token)


@router.post("/sign-out", dependencies=[FromHere])
async def sign_out(request: Request) -> Response:
    _end(request)
    response = go_to(request, "/sign-in")
    response.delete_cookie(cookie_name(request))
    return response


def _end(request: Request) -> None:
    if before := request.cookies.get(cookie_name(request)):
        sessions_of(request).end(before)
