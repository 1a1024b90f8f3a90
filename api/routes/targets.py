"""`/v1/targets`: progress towards a year's targets, pace and forecast."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.reading.pages import page_of
from api.routes.asking import PageQuery, Reader, question_of, reading_of
from api.routes.described import read_answers
from api.routes.tagged import tagged
from api.shapes.base import ModelName
from api.shapes.targets import TargetPage
from models.targets import FIRST_YEAR, LAST_YEAR
from reports.targets import USUAL_MODEL, Asked, order_of

router = APIRouter(prefix="/v1", tags=["reads"])


class TargetQuery(PageQuery):
    year: Annotated[int | None, Field(ge=FIRST_YEAR, le=LAST_YEAR, examples=[2017])] = None
    """Else the last year with targets that is not after the store's last batch."""
    model: ModelName = USUAL_MODEL
    """Credit model of targets for a channel or an agent."""


@router.get("/targets", responses=read_answers(TargetPage, 400), response_model=None)
async def list_targets(request: Request, _: Reader, query: Annotated[TargetQuery, Query()]) -> Response:
    """Targets of a year: what is reached, needed on each working day that is left, and forecast."""
    mark, found = await reading_of(request).targets(Asked(query.year, query.model)).found()
    asked = query.asked("targets")
    page = page_of(found.targets, lambda one: order_of(one.target), asked, 4)
    content = {
        "year": found.year,
        "years": found.years,
        "day": found.day.isoformat(),
        "published": found.published,
        "model": found.model,
        "items": page.items,
        "next": page.next,
    }
    return tagged(request, mark, question_of(asked), content)
