"""`/v1/events/{event_type}/{event_id}`: where is my event?"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request, Response

from api.keys.key import Key, scope_to_publish
from api.languages import Words
from api.problems import Problem
from api.reading.event_lookup import Told, known, told, visible
from api.reading.freshness import Freshness, freshness
from api.routes.asking import reading_of
from api.routes.authorized import key_of_request, require
from api.routes.described import not_yet, read_answers
from api.routes.tagged import tagged
from api.shapes.events import EventShape
from models.events import EventType
from models.fields import EventId
from models.instants import canonical

router = APIRouter(prefix="/v1", tags=["reads"])

_WRONG_PLACE: Final = Words(
    "Kejadian itu berada di luar wilayah kunci ini.", "That event is outside this key's places."
)
_NOT_YET: Final = Words(
    "Kejadian itu belum dikenal. Basis data terakhir ditulis {lag} detik yang lalu: yang dikirim sesudahnya "
    "mungkin masih dalam perjalanan.",
    "That event is not known yet. The store was last written {lag} seconds ago: what was sent since then may "
    "still be on its way.",
)


@router.get(
    "/events/{event_type}/{event_id}",
    responses=read_answers(EventShape, 400) | not_yet(),
    response_model=None,
)
async def find_event(
    request: Request,
    key: Annotated[Key, Depends(key_of_request)],
    event_type: EventType,
    event_id: Annotated[EventId, Path(description="The UUID that the app has given it.")],
) -> Response:
    """Where is my event? What became of each of its revisions. Needs the scope to publish such events, and
    the event's place.
    """
    require(key, scope_to_publish(event_type))
    fresh, found = await reading_of(request).store.read(
        lambda connection: (
            freshness(connection),
            known(connection, event_type, event_id),
        )
    )
    if found.standing is not None and not key.allows_place(found.standing.content.place):
        raise Problem(403, "wrong_place", _WRONG_PLACE)
    revisions = visible(told(found), key)
    if not revisions:
        raise _not_yet(fresh)
    standing = None if found.standing is None else found.standing.content
    content = {
        "type": event_type,
        "event_id": event_id,
        "standing": standing,
        "revisions": [_shown(one) for one in revisions],
    }
    return tagged(request, fresh.mark, ("event", event_type, event_id, key.name, key.places), content)


def _shown(one: Told) -> dict[str, object]:
    return {name: value for name, value in one._asdict().items() if name not in {"place", "file"}}


def _not_yet(fresh: Freshness) -> Problem:
    lag_s = fresh.age_s()
    known_of = {
        "batch": fresh.mark.batch,
        "committed_at": canonical(fresh.mark.committed_us),
        "lag_s": lag_s,
        "rebuilding": fresh.rebuilding,
    }
    return Problem(404, "not_known_yet", _NOT_YET.filled(lag=lag_s), more=known_of)
