"""Who looks: the cookie of a session, which reads and never publishes, and where a form came from."""

from typing import Annotated, Final, NamedTuple
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from api.keys.key import Key, Scope
from api.keys.sessions import LONGEST_S, Sessions
from api.languages import Words
from api.problems import Problem

COOKIE: Final = "sambung"
_CROSS_SITE: Final = Words(
    "Formulir ini dikirim dari situs lain. Buka halaman Sambung dan kirim dari sana.",
    "This form was sent from another site. Open Sambung's own page and send it from there.",
)


class NotSignedIn(Exception):  # noqa: N818
    """No session, or one whose key was revoked."""


class Session(NamedTuple):
    id: str
    key: Key


def sessions_of(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions


def cookie_name(request: Request) -> str:
    """Under TLS one that browsers take only from this host, and only over TLS."""
    return f"__Host-{COOKIE}" if request.url.scheme == "https" else COOKIE


async def session_of(request: Request) -> Session:
    """A dependency of pages. Raises NotSignedIn, and StoreAway."""
    session_id = request.cookies.get(cookie_name(request))
    key = await sessions_of(request).find(session_id) if session_id else None
    if session_id is None or key is None or Scope.READ_COUNTS not in key.scopes:
        raise NotSignedIn
    return Session(session_id, key)


SignedIn = Annotated[Session, Depends(session_of)]


def set_session(request: Request, response: Response, session_id: str) -> None:
    """Always a new one, so that one which somebody else has set beforehand is worth nothing."""
    response.set_cookie(
        cookie_name(request),
        session_id,
        max_age=LONGEST_S,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


async def same_origin(request: Request) -> None:
    """A dependency of whatever takes a form. Raises Problem 403."""
    origin = request.headers.get("origin", "")
    if not origin or urlsplit(origin).netloc != request.headers.get("host"):
        raise Problem(403, "cross_site", _CROSS_SITE)
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise Problem(403, "cross_site", _CROSS_SITE)


FromHere: Final = Depends(same_origin)
