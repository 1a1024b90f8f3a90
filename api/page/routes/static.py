"""Style sheet, scripts and icon."""

from typing import Final

from fastapi import APIRouter, Request, Response

from api.page.answers import accepts_gzip
from api.page.assets import assets
from api.problems import no_such_route

router = APIRouter(include_in_schema=False)

_FOR_GOOD: Final = "public, max-age=31536000, immutable"


@router.get("/static/{name}")
async def static(request: Request, name: str) -> Response:
    """Under the version that pages name it never changes."""
    asset = assets().get(name)
    if asset is None:
        raise no_such_route()
    keep = _FOR_GOOD if request.query_params.get("v") == asset.version else "no-cache"
    headers = {"Cache-Control": keep, "Vary": "Accept-Encoding"}
    if not accepts_gzip(request):
        return Response(asset.content, headers=headers, media_type=asset.media_type)
    headers["Content-Encoding"] = "gzip"
    return Response(asset.compressed, headers=headers, media_type=asset.media_type)
