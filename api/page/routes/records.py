"""A member's why and refused records: what names members, and leaves a row in the table `access`."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from api.gateway import gateway_of
from api.keys.key import Key, Scope
from api.languages import Words
from api.page.answers import go_to, page, posted, view_in
from api.page.route import PageRoute
from api.page.session import FromHere, SignedIn
from api.problems import Problem
from api.reading.marks import newest
from api.reading.pages import Asked
from api.reading.reading import Reading
from api.reading.refused_pages import members_named, refused_page
from models.fields import Id
from models.intake.refusal import Reason
from reports.why import why_known

router = APIRouter(include_in_schema=False, route_class=PageRoute)

MEMBER: Final = "/members/{member_id}"
REFUSED: Final = "/rejected"
"""What the table `access` has."""
AT_A_TIME: Final = 25
_is_id: Final = re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch
_is_national_id: Final = re.compile(r"[0-9]{16}").fullmatch
_UNKNOWN: Final = Words(
    "Anggota itu tidak dikenal, atau bekerja di luar wilayah kunci ini.",
    "That member is not known, or works outside this key's places.",
)
_NO_ID: Final = Words(
    "Itu bukan nomor anggota. Nomor anggota terdiri atas huruf, angka, titik, garis bawah dan tanda hubung.",
    "That is no membership number, which has letters, digits, dots, underscores and hyphens.",
)
_NATIONAL_ID: Final = Words(
    "Itu tampaknya NIK. Sambung tidak mengenal NIK; isikan nomor anggota.",
    "That looks like a national id. Sambung knows none; enter the membership number.",
)
_SCOPE: Final = Words(
    "Kunci ini tidak mencakup `{scope}`. Masuklah dengan kunci yang mencakupnya.",
    "This key does not allow `{scope}`. Sign in with one that does.",
)
_HAS_PLACES: Final = Words(
    "Kunci ini hanya untuk wilayah tertentu, dan catatan yang ditolak tidak terikat wilayah.",
    "This key is for some places only, and refused records have none.",
)


@router.get("/members")
async def ask_for_member(request: Request, session: SignedIn) -> Response:
    _need(session.key, Scope.READ_MEMBERS)
    return page(request, "ask_member.html", key=session.key, problem=None)


@router.post("/members", dependencies=[FromHere])
async def find_member(request: Request, session: SignedIn) -> Response:
    """Leads to the member's page. A national id never gets into an address."""
    _need(session.key, Scope.READ_MEMBERS)
    member_id = (await posted(request)).get("member", "").strip()
    if _is_id(member_id) and not _is_national_id(member_id):
        return go_to(request, f"/members/{member_id}")
    problem = (_NATIONAL_ID if _is_national_id(member_id) else _NO_ID).told(view_in(request).language)
    return page(request, "ask_member.html", 400, key=session.key, problem=problem)


@router.get(MEMBER)
async def member(request: Request, session: SignedIn, member_id: Annotated[Id, Path()]) -> Response:
    """Who asked is kept before the answer."""
    _need(session.key, Scope.READ_MEMBERS)
    reading = _reading(request)
    found = await reading.store.read(lambda connection: why_known(connection, member_id))
    if found is None or not session.key.allows_place(found.place):
        raise Problem(404, "unknown_member", _UNKNOWN)
    await reading.access.record(session.key.name, [member_id], MEMBER)
    places = gateway_of(request).places
    return page(request, "member.html", key=session.key, why=found, places=places)


@router.get(REFUSED)
async def refused(
    request: Request,
    session: SignedIn,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    reason: Reason | None = None,
) -> Response:
    """The newest first."""
    _need(session.key, Scope.READ_REJECTED)
    if session.key.places:
        raise Problem(403, "key_with_places", _HAS_PLACES)
    reading, places = _reading(request), gateway_of(request).places
    asked = Asked(("rejected", reason), AT_A_TIME, cursor)
    mark, shown = await reading.store.read(
        lambda connection: (newest(connection), refused_page(connection, asked, reason, places))
    )
    await reading.access.record(session.key.name, members_named(shown.items), REFUSED)
    return page(
        request, "rejected.html", key=session.key, mark=mark, shown=shown, reason=reason, reasons=list(Reason)
    )


def _need(key: Key, scope: Scope) -> None:
    """Raises Problem 403."""
    if scope not in key.scopes:
        raise Problem(403, "wrong_scope", _SCOPE.filled(scope=scope))


def _reading(request: Request) -> Reading:
    reading: Reading = request.app.state.reading
    return reading
