"""`/v1/members/{member_id}/why`: what brought a member in, for those who may know it."""

from dataclasses import fields
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request, Response

from api.keys.key import Key, Scope
from api.languages import Words
from api.problems import Problem
from api.reading.marks import newest
from api.routes.asking import reading_of
from api.routes.authorized import needs
from api.routes.described import read_answers
from api.routes.tagged import tagged
from api.shapes import members as shapes
from models.fields import Id
from reports.journey import Why
from reports.why import why_known

router = APIRouter(prefix="/v1", tags=["reads"])

ROUTE: Final = "/v1/members/{member_id}/why"
"""What the table `access` has."""
_UNKNOWN: Final = Words(
    "Anggota itu tidak dikenal, atau bekerja di luar wilayah kunci ini.",
    "That member is not known, or works outside this key's places.",
)
_TOLD: Final = tuple(one.name for one in fields(Why) if one.name != "as_of")


@router.get("/members/{member_id}/why", responses=read_answers(shapes.Why, 400, 404), response_model=None)
async def why(
    request: Request,
    key: Annotated[Key, Depends(needs(Scope.READ_MEMBERS))],
    member_id: Annotated[Id, Path(description="The membership number.")],
) -> Response:
    """One member's journey and credit. Who asked is kept in the table `access` before the answer."""
    reading = reading_of(request)
    mark, found = await reading.store.read(
        lambda connection: (newest(connection), why_known(connection, member_id))
    )
    if found is None or not key.allows_place(found.place):
        raise Problem(404, "unknown_member", _UNKNOWN)
    await reading.access.record(key.name, [member_id], ROUTE)
    return tagged(request, mark, ("why", member_id), {name: getattr(found, name) for name in _TOLD})
