"""Answers as of a batch, which a client that has them already does not get again."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request, Response

from api.answers import json_answer
from api.reading.marks import Mark, etag, is_known
from models.instants import canonical
from reports.as_json import plain

HEADERS: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Accept-Language"}


def tagged(request: Request, mark: Mark, question: tuple[Any, ...], content: Mapping[str, Any]) -> Response:
    """200 with `batch` and the content, or 304. `question`: all that the content depends on but the store."""
    tag = etag(mark, question)
    headers = {**HEADERS, "ETag": tag}
    if is_known(tag, ",".join(request.headers.getlist("if-none-match"))):
        return Response(status_code=304, headers=headers)
    as_of = {"batch": mark.batch, "committed_at": canonical(mark.committed_us)}
    return json_answer(as_of | plain(content), headers=headers)
