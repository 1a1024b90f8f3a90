"""`/v1/live`: counts as they change, as server-sent events."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from api.live.hub import Hub
from api.live.stream import Stream
from api.routes.asking import Reader as ReaderKey
from api.routes.authorized import token_of
from api.routes.described import live_answers

router = APIRouter(prefix="/v1", tags=["reads"])


@router.get("/live", responses=live_answers(), response_class=Response, response_model=None)
async def live(
    request: Request,
    _: ReaderKey,
    last_event_id: Annotated[str | None, Header(description="The last id that the client has.")] = None,
) -> Response:
    """Totals of campaigns by kind and model: a `snapshot`, then each `campaign` whose totals change, at most
    once a second, with zeros for one that is gone; `status` every 5 s. An `id` is a batch of the store.
    """
    hub: Hub = request.app.state.live
    reader = await hub.join(token_of(request), last_event_id)
    return Stream(hub, reader)
