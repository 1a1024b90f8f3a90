"""`GET /v1/person-key`: by which an app that hashes national ids itself checks that it has the right key."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.answers import json_answer
from api.gateway import gateway_of
from api.keys.key import Key
from api.problems import unavailable
from api.routes.authorized import needs
from api.routes.described import person_key_answers
from api.routes.events import KEYLESS_RETRY_S, NO_PERSON_KEY, PUBLISH_SCOPES
from models.person_key import fingerprint

router = APIRouter()


@router.get("/v1/person-key", tags=["events"], responses=person_key_answers(), response_model=None)
async def person_key(request: Request, _: Annotated[Key, Depends(needs(*PUBLISH_SCOPES))]) -> Response:
    """The fingerprint of the server's key: 8 bytes of HMAC(key, "sambung fingerprint"), in hex."""
    key = gateway_of(request).person_key
    if key is None:
        raise unavailable("no_person_key", NO_PERSON_KEY, KEYLESS_RETRY_S)
    return json_answer({"fingerprint": fingerprint(key)})
