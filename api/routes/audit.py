"""`/v1/audit`: whether the numbers add up."""

from typing import Final

from fastapi import APIRouter, Request, Response

from api.routes.asking import Reader, reading_of
from api.routes.described import read_answers
from api.routes.tagged import tagged
from api.shapes.counts import Audit

router = APIRouter(prefix="/v1", tags=["reads"])

MOST_DIFFERENCES: Final = 100


@router.get("/audit", responses=read_answers(Audit), response_model=None)
async def audit(request: Request, _: Reader) -> Response:
    """The two sums that always hold at rest, and where they do not. No member is named."""
    mark, found = await reading_of(request).audit.found()
    content = {
        "clean": found.clean,
        "active_members": found.active_members,
        "sums": found.sums,
        "broken_members": found.broken_members,
        "cells": found.cells,
        "different_cells": len(found.differences),
        "differences": found.differences[:MOST_DIFFERENCES],
    }
    return tagged(request, mark, ("audit",), content)
