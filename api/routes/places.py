"""`/v1/places`: where the members work."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.reading.pages import page_of
from api.routes.asking import PageQuery, Reader, question_of, reading_of
from api.routes.described import read_answers
from api.routes.tagged import tagged
from api.shapes.base import Kind, Month
from api.shapes.counts import PlacePage
from models.fields import AnyPlace
from models.places import holds
from reports.places import PlaceCount

router = APIRouter(prefix="/v1", tags=["reads"])


class PlaceQuery(PageQuery):
    place: Annotated[AnyPlace | None, Field(examples=["34.04"])] = None
    """Only what lies in this province, regency or sub-district."""
    month: Month | None = None
    kind: Kind | None = None

    def takes(self, one: PlaceCount) -> bool:
        return (
            (self.place is None or holds(self.place, one.place))
            and self.month in {None, one.month}
            and self.kind in {None, one.kind}
        )


@router.get("/places", responses=read_answers(PlacePage, 400), response_model=None)
async def list_places(request: Request, _: Reader, query: Annotated[PlaceQuery, Query()]) -> Response:
    """Active members by sub-district, month and kind."""
    mark, found = await reading_of(request).places.found()
    asked = query.asked("places")
    taken = [one for one in found if query.takes(one)]
    page = page_of(taken, lambda one: (one.place, one.month, one.kind), asked, 3)
    return tagged(request, mark, question_of(asked), page._asdict())
