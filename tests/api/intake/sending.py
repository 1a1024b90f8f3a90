"""Sending events to a gateway in this process."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import httpx

from api.gateway import Gateway
from models.intake.refusal import Rejected, decode_rejected
from streams.topics.names import REJECTED
from tests.api.gateways import Kept, asked, bearer, key

ENGLISH = {"accept-language": "en"}
NDJSON = {"content-type": "application/x-ndjson"}


def ndjson(*events: dict[str, Any] | bytes) -> bytes:
    return b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in events)


def sent(of: Gateway, body: bytes, token: str = "", **headers: str) -> httpx.Response:
    """The answer to a body of NDJSON, or of what the headers say."""
    given = NDJSON | ENGLISH | {name.replace("_", "-"): value for name, value in headers.items()}
    given |= bearer(token or key(of, f"app-{uuid4().hex[:8]}"))
    return asked(of, lambda client: client.post("/v1/events", content=body, headers=given))


def kept(of: Gateway) -> Sequence[tuple[str, bytes, bytes]]:
    """Topic, key and value of all that was made durable."""
    assert isinstance(of.publisher, Kept)
    return [(one.topic, one.key, one.value) for one in of.publisher.records]


def rejected(of: Gateway) -> list[Rejected]:
    return [decode_rejected(value) for topic, _, value in kept(of) if topic == REJECTED]


def reasons(answer: httpx.Response) -> list[str]:
    """Of each result the reason, or that it was accepted."""
    return [one.get("reason", one["result"]) for one in answer.json()["results"]]
