"""All campaigns, one campaign, and the quality of what each source sends."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from api.languages import Words
from api.page.answers import page, view_in
from api.page.chosen import all_campaigns, one_campaign
from api.page.desk import Seen
from api.page.route import PageRoute
from api.page.routes.live import desk_of
from api.page.session import SignedIn
from api.problems import Problem

router = APIRouter(include_in_schema=False, route_class=PageRoute)

PATIENCE_S: Final = 60.0
"""These pages have nothing to show without the numbers."""
_UNKNOWN: Final = Words("Kampanye itu tidak dikenal.", "That campaign is not known.")
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]


async def counted(request: Request) -> Seen:
    """Raises StoreAway."""
    desk = desk_of(request)
    await desk.count(PATIENCE_S)
    return await desk.seen()


@router.get("/campaigns")
async def campaigns(request: Request, session: SignedIn, number: PageNumber = 1) -> Response:
    seen = await counted(request)
    shown = all_campaigns(seen, view_in(request), number)
    return page(request, "campaigns.html", key=session.key, seen=seen, **shown)


@router.get("/campaigns/{campaign_id}")
async def campaign(
    request: Request, session: SignedIn, campaign_id: Annotated[str, Path(max_length=64)]
) -> Response:
    seen = await counted(request)
    shown = one_campaign(seen, view_in(request), campaign_id)
    if shown is None:
        raise Problem(404, "unknown_campaign", _UNKNOWN)
    return page(request, "campaign.html", key=session.key, seen=seen, **shown)


@router.get("/sources")
async def sources(request: Request, session: SignedIn) -> Response:
    """What came late, was corrected or refused."""
    return page(request, "sources.html", key=session.key, seen=await counted(request))
