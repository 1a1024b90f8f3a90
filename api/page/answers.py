"""Answers that are pages, with headers that let a browser do nothing else."""

import gzip
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import parse_qs

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.languages import Words
from api.page.rendering import render
from api.page.view import View, view_of
from api.problems import NO_HEADERS, Problem

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HTML: Final = "text/html; charset=utf-8"
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers would post forms without their origin
    "Vary": "Cookie, Accept-Language, Accept-Encoding",
}
_MOST_BYTES: Final = 2_048
"""Of a form."""
_MOST_FIELDS: Final = 4
_TOO_LARGE: Final = Words("Formulir ini terlalu besar.", "This form is too large.")
_NO_FORM: Final = Words("Ini bukan formulir.", "This is no form.")


def view_in(request: Request) -> View:
    return view_of(request.query_params, request.headers.get("accept-language"))


def page(
    request: Request,
    template: str,
    status: int = 200,
    headers: Mapping[str, str] = NO_HEADERS,
    **content: object,
) -> Response:
    """One page in the language and under the model that its address asks for."""
    html = render(template, view_in(request), here=request.url.path, **content)
    return answer(request, packed(html.encode()), HTML, status, headers)


class Body(NamedTuple):
    plain: bytes
    zipped: bytes


def packed(content: bytes) -> Body:
    return Body(content, gzip.compress(content, compresslevel=6, mtime=0))


def answer(
    request: Request, body: Body, media_type: str, status: int = 200, headers: Mapping[str, str] = NO_HEADERS
) -> Response:
    sent = {**_HEADERS, **headers}
    if not accepts_gzip(request):
        return Response(body.plain, status, sent, media_type)
    return Response(body.zipped, status, {**sent, "Content-Encoding": "gzip"}, media_type)


def accepts_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


async def posted(request: Request) -> dict[str, str]:
    """The fields of a form. Raises Problem 413, and 400 for what is none."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            raise Problem(413, "too_large", _TOO_LARGE)
    try:
        fields = parse_qs(body.decode(), max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise Problem(400, "no_form", _NO_FORM) from error
    return {name: values[-1] for name, values in fields.items()}


def go_to(request: Request, path: str) -> RedirectResponse:
    """Another page in the same view; a posted form is not posted again."""
    return RedirectResponse(view_in(request).href(path), 303, {"Cache-Control": "no-store"})
