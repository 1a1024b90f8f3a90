"""Faults of a request, in the client's language, and the probes."""

import threading
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from api.languages import language_of
from models.language import Language
from tests.api.gateways import Kept, asked, bearer, gateway, key


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, Language.ID),
        ("", Language.ID),
        ("en", Language.EN),
        ("EN-us, fr", Language.EN),
        ("id;q=0.2, en;q=0.9", Language.EN),
        ("fr, de;q=0.5", Language.ID),
        ("en;q=0", Language.ID),
        ("en;q=much", Language.ID),
        ("en," * 1_000, Language.ID),
    ],
)
def test_messages_are_indonesian_unless_english_is_asked_for(header: str | None, language: Language) -> None:
    assert language_of(header) is language


def test_what_is_nowhere_is_a_problem_in_the_language_asked_for(tmp_path: Path) -> None:
    of = gateway(tmp_path)
    told = asked(of, lambda client: client.get("/nowhere", headers={"Accept-Language": "en"}))
    assert told.status_code == 404
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json() == {
        "type": "about:blank",
        "title": "Not found",
        "status": 404,
        "reason": "no_such_route",
        "detail": "There is nothing at this address.",
    }
    assert asked(of, lambda client: client.get("/nowhere")).json()["title"] == "Tidak ditemukan"


def test_it_is_ready_while_events_can_be_made_durable(tmp_path: Path) -> None:
    publisher = Kept()
    of = gateway(tmp_path, publisher=publisher)
    assert asked(of, lambda client: client.get("/readyz")).json() == {
        "ready": True,
        "missing": [],
        "warnings": [],
    }
    publisher.away = "the broker does not answer"

    async def ask(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.get("/readyz"), await client.get("/healthz")]

    ready, alive = asked(of, ask)
    assert (ready.status_code, ready.json()["missing"]) == (503, ["the broker does not answer"])
    assert alive.status_code == 200


def test_no_thread_reads_on_when_a_gateway_has_ended(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    of = gateway(tmp_path)
    headers = bearer(key(of))
    for path in ("/v1/campaigns", "/v1/audit", "/"):
        asked(of, lambda client, path=path: client.get(path, headers=headers))  # type: ignore[misc]
    started = [one for one in threading.enumerate() if one not in before and one.name.startswith("store-")]
    assert started
    of.close()
    of.store.close()
    deadline = monotonic() + 5
    while any(one.is_alive() for one in started):
        assert monotonic() < deadline
        sleep(0.01)
