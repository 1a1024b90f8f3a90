"""The live page, the stream that keeps it current, and its parts for a browser that gets no stream."""

from fastapi import APIRouter, Request, Response

from api.live.messages import encoded
from api.live.stream import Stream
from api.page.answers import HTML, Body, accepts_gzip, answer, packed, view_in
from api.page.desk import Desk
from api.page.hub import PageHub
from api.page.parts import ALL, Parts
from api.page.rendering import render
from api.page.route import PageRoute
from api.page.session import SignedIn
from api.page.view import View

router = APIRouter(include_in_schema=False, route_class=PageRoute)


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


@router.get("/")
async def live_page(request: Request, session: SignedIn) -> Response:
    """Made once for all who have the same view, until a part of it changes."""
    view, parts = view_in(request), await _parts(request)
    kept: dict[View, tuple[dict[str, str], Body]] = request.app.state.live_pages
    if view not in kept or kept[view][0] != parts:
        html = render("live.html", view, here="/", key=session.key, parts=parts)
        kept[view] = parts, packed(html.encode())
    return answer(request, kept[view][1], HTML)


@router.get("/parts")
async def parts(request: Request, _: SignedIn) -> Response:
    """Every part as HTML, by name."""
    return answer(request, packed(encoded(await _parts(request))), "application/json")


async def _parts(request: Request) -> dict[str, str]:
    rendered: Parts = request.app.state.parts
    return rendered.of(ALL, await desk_of(request).seen(), view_in(request))


@router.get("/live")
async def stream(request: Request, session: SignedIn) -> Response:
    """A message `part` for each part that changes, with its HTML; the state every 5 s."""
    hub: PageHub = request.app.state.page_hub
    reader = await hub.join(session.id, view_in(request))
    return Stream(hub, reader, b"Cookie, Accept-Encoding", zipped=accepts_gzip(request))
