"""`/v1/rejected`: refused records, for those who correct them."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from api.gateway import gateway_of
from api.keys.key import Key, Scope
from api.languages import Words
from api.problems import Problem
from api.reading.marks import newest
from api.reading.refused_pages import Listed, members_named, refused_page
from api.routes.asking import PageQuery, question_of, reading_of
from api.routes.authorized import needs
from api.routes.described import read_answers
from api.routes.tagged import tagged
from api.shapes.events import RefusedPage
from models.intake.refusal import Reason

router = APIRouter(prefix="/v1", tags=["reads"])

ROUTE: Final = "/v1/rejected"
_HAS_PLACES: Final = Words(
    "Kunci ini hanya untuk wilayah tertentu, dan catatan yang ditolak tidak terikat wilayah.",
    "This key is for some places only, and refused records have none.",
)


class RefusedQuery(PageQuery):
    reason: Reason | None = None
    """Only what was refused for this reason."""


@router.get("/rejected", responses=read_answers(RefusedPage, 400), response_model=None)
async def list_rejected(
    request: Request,
    key: Annotated[Key, Depends(needs(Scope.READ_REJECTED))],
    query: Annotated[RefusedQuery, Query()],
) -> Response:
    """Refused records, the newest first, and what would become of each now. The key must have no places."""
    if key.places:
        raise Problem(403, "key_with_places", _HAS_PLACES)
    reading, places, asked = reading_of(request), gateway_of(request).places, query.asked("rejected")
    mark, page = await reading.store.read(
        lambda connection: (newest(connection), refused_page(connection, asked, query.reason, places))
    )
    await reading.access.record(key.name, members_named(page.items), ROUTE)
    content = {"items": [_shown(one) for one in page.items], "next": page.next}
    return tagged(request, mark, question_of(asked), content)


def _shown(one: Listed) -> dict[str, object]:
    event = None if one.event is None else dict(zip(("type", "event_id", "revision"), one.event, strict=True))
    item = one.item
    return {"id": item.id, "now": item.outcome, "event": event, "record": item.record}
