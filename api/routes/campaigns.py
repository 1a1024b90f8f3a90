"""`/v1/campaigns`: what each campaign brought in and cost."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.languages import Words
from api.problems import Problem
from api.reading.pages import page_of
from api.routes.asking import PageQuery, Reader, question_of, reading_of
from api.routes.described import read_answers
from api.routes.tagged import tagged
from api.shapes.counts import Campaign, CampaignPage
from reports.campaigns import described

router = APIRouter(prefix="/v1", tags=["reads"])

_UNKNOWN = Words("Kampanye itu tidak dikenal.", "That campaign is not known.")


@router.get("/campaigns", responses=read_answers(CampaignPage, 400), response_model=None)
async def list_campaigns(request: Request, _: Reader, query: Annotated[PageQuery, Query()]) -> Response:
    """Campaigns by name, with the credit of their workers and companies under five models, and their cost."""
    mark, (found, _counts) = await reading_of(request).campaigns.found()
    asked = query.asked("campaigns")
    page = page_of(found.campaigns, lambda one: (one.name,), asked, 1)
    content = {
        "items": [described(one) for one in page.items],
        "next": page.next,
        "organic": described(found.organic),
        "progress": found.progress,
    }
    return tagged(request, mark, question_of(asked), content)


@router.get("/campaigns/{campaign_id}", responses=read_answers(Campaign, 400, 404), response_model=None)
async def one_campaign(
    request: Request,
    _: Reader,
    campaign_id: Annotated[str, Path(description="Its id, or `organic`.", max_length=64)],
) -> Response:
    """One campaign, and its credit by regency, month, kind and model."""
    mark, (found, counts) = await reading_of(request).campaigns.found()
    efforts = {one.name: one for one in (*found.campaigns, found.organic)}
    if campaign_id not in efforts:
        raise Problem(404, "unknown_campaign", _UNKNOWN)
    content = {"campaign": described(efforts[campaign_id]), "counts": counts.get(campaign_id, ())}
    return tagged(request, mark, ("campaign", campaign_id), content)
