"""Answers in JSON."""

from collections.abc import Mapping

import msgspec
from fastapi import Response

from api.problems import NO_HEADERS

_encode = msgspec.json.Encoder().encode


def json_answer(content: object, status: int = 200, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    return Response(_encode(content), status, dict(headers), "application/json")
