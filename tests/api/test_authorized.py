"""Who may ask: keys in the header alone, and their scopes."""

from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI, Response

from api.answers import json_answer
from api.app import create_app
from api.gateway import Gateway
from api.keys.key import Key, Scope
from api.routes.authorized import needs
from tests.api.gateways import bearer, gateway, key, told_by

CountsKey = Annotated[Key, Depends(needs(Scope.READ_COUNTS))]


async def name_of(key: CountsKey) -> Response:
    return json_answer({"name": key.name})


def application(of: Gateway) -> FastAPI:
    app = create_app(of)
    app.add_api_route("/v1/name", name_of, methods=["GET"])
    return app


def told(of: Gateway, headers: dict[str, str], path: str = "/v1/name") -> httpx.Response:
    return told_by(application(of), lambda client: client.get(path, headers=headers))


def test_a_key_is_known_by_its_header(tmp_path: Path) -> None:
    of = gateway(tmp_path)
    assert told(of, bearer(key(of, "kios"))).json() == {"name": "kios"}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}])
def test_no_key_is_told_so(tmp_path: Path, headers: dict[str, str]) -> None:
    answer = told(gateway(tmp_path), headers)
    assert (answer.status_code, answer.json()["reason"]) == (401, "no_key")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_key_in_the_address_is_none(tmp_path: Path) -> None:
    of = gateway(tmp_path)
    assert told(of, {}, f"/v1/name?key={key(of)}").status_code == 401


@pytest.mark.parametrize("token", ["sb_", "x", "sb_" + "A" * 43, "sb_" + "é" * 43])
def test_a_wrong_key_is_told_so(tmp_path: Path, token: str) -> None:
    answer = told(gateway(tmp_path), {"Authorization": f"Bearer {token}".encode()})  # type: ignore[dict-item]
    assert (answer.status_code, answer.json()["reason"]) == (401, "wrong_key")


def test_a_key_without_the_scope_is_told_which(tmp_path: Path) -> None:
    of = gateway(tmp_path)
    token = key(of, "app", Scope.PUBLISH_ENROLLMENT)
    answer = told(of, bearer(token) | {"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["reason"]) == (403, "wrong_scope")
    assert "`read:counts`" in answer.json()["detail"]
