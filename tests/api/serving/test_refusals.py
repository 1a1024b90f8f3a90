"""Who may not, is refused by the served gateway, and told how to do better: keys, scopes, places."""

import base64
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import httpx
import pytest

from api.keys.key import Scope, new_token
from api.keys.table import revoke_key
from models.events import EVENTS, canonical
from sinks.sql import SqlSink
from sinks.store import open_store
from tests.api.gateways import bearer, gateway_of_store, key
from tests.api.serving.served import Served, served
from tests.builders import Event, enrollment, inspection, line, outreach
from tests.sinks.records import ORIGIN, batch

REVOKED_S: Final = 5.0
_numbers = count(1)
SLEMAN: Final = enrollment("m1", place="34.04.07")
BANTUL: Final = enrollment("m2", place="34.02.01")
SHOW: Final = outreach(place="34.02")
VISIT: Final = inspection(place="34.02.01")


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """With events of two regencies standing in its store."""
    with served(tmp_path_factory.mktemp("gateway")) as gateway:
        sink = SqlSink(database(gateway))
        sink.open_generation(ORIGIN, 0)
        standing = [
            EVENTS[one["type"]].model_validate_json(line(one)) for one in (SLEMAN, BANTUL, SHOW, VISIT)
        ]
        sink.apply(batch(accepted=tuple(canonical(one) for one in standing)))
        sink.close()
        yield gateway


def database(of: Served) -> str:
    return f"sqlite:///{of.folder}/sambung.db"


def token(of: Served, *scopes: Scope, places: str | None = None, name: str = "") -> str:
    """Of a new key; with all scopes if none are given."""
    name = name or f"app-{next(_numbers)}"
    return key(gateway_of_store(database(of)), name, *scopes, places=places)


def asked(of: Served, headers: dict[str, str], event: Event = SLEMAN, query: str = "") -> httpx.Response:
    given = {"content-type": "application/json", "accept-language": "en"} | headers
    return httpx.post(f"{of.url}/v1/events{query}", content=line(event), headers=given, timeout=30)


def told(answer: httpx.Response) -> tuple[int, str]:
    """Status and reason, of a request that is refused in words."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    return answer.status_code, answer.json()["reason"]


READS: Final = (
    *("campaigns", "campaigns/wayang", "places", "targets", "members/m1/why", "rejected", "audit", "live"),
    *(f"events/enrollment/{SLEMAN['event_id']}", "person-key"),
)


@pytest.mark.parametrize("path", READS)
def test_nothing_is_read_without_a_key_that_is_valid(of: Served, path: str) -> None:
    url = f"{of.url}/v1/{path}"
    assert told(httpx.get(url)) == (401, "no_key")
    assert told(httpx.get(url, headers=bearer(new_token()))) == (401, "wrong_key")
    other = token(of, Scope.PUBLISH_INSPECTION, places="34.01")
    without_person_key = path == "person-key"
    assert httpx.get(url, headers=bearer(other)).status_code == (503 if without_person_key else 403)


def test_a_key_is_taken_from_its_header_alone(of: Served) -> None:
    good = token(of)
    basic = base64.b64encode(f"apps:{good}".encode()).decode()
    elsewhere: list[dict[str, Any]] = [
        {"headers": {}},
        {"headers": {}, "query": f"?key={good}&access_token={good}&authorization=Bearer%20{good}"},
        {"headers": {"authorization": f"Basic {basic}"}},
        {"headers": {"authorization": good}},
        {"headers": {"x-api-key": good, "cookie": f"key={good}", "sambung-key": good}},
    ]
    for given in elsewhere:
        answer = asked(of, **given)
        assert told(answer) == (401, "no_key"), given
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "Authorization: Bearer sb_" in answer.json()["detail"]
    assert told(httpx.get(f"{of.url}/v1/{good}")) == (404, "no_such_route")
    assert told(httpx.get(f"http://apps:{good}@127.0.0.1:{of.port}/v1/campaigns")) == (401, "no_key")
    assert good not in of.log.read_text()
    assert asked(of, bearer(good)).status_code == 200


def test_a_key_of_another_form_or_letter_is_wrong(of: Served) -> None:
    good = token(of)
    for wrong in (good[:-1], good + "A", good.swapcase(), good[3:], f"{good},{good}", "sb_", "null"):
        assert told(asked(of, bearer(wrong))) == (401, "wrong_key"), wrong


@pytest.mark.parametrize("event", [SLEMAN, SHOW, VISIT], ids=lambda event: event["type"])
def test_a_type_needs_its_scope(of: Served, event: Event) -> None:
    own = Scope(f"publish:{event['type']}")
    others = [one for one in Scope if one.value.startswith("publish:") and one is not own]
    answer = asked(of, bearer(token(of, *others)), event)
    assert answer.status_code == 422
    (result,) = answer.json()["results"]
    assert (result["reason"], result["errors"][0]["pointer"]) == ("not_allowed", "/type")
    assert f"`{own}`" in result["errors"][0]["message"]
    reader = token(of, Scope.READ_COUNTS, Scope.READ_MEMBERS)
    assert told(asked(of, bearer(reader), event)) == (403, "wrong_scope")


@pytest.mark.parametrize(
    "event",
    [
        BANTUL,
        SHOW,
        VISIT,
        enrollment("m3", place="34.02.01"),
        outreach(name="province", place="34"),
        BANTUL | {"revision": 1, "status": "cancelled"},
        BANTUL | {"revision": 1, "place": "34.04.07"},
        BANTUL | {"revision": 1, "place": "34.04.07", "status": "cancelled"},
        SHOW | {"revision": 1, "place": "34.04"},
        VISIT | {"revision": 1, "place": "34.04.07", "status": "cancelled"},
        SLEMAN | {"revision": 1, "place": "34.02.01"},
        BANTUL | {"place": "34.04.07", "recorded_at": "2018-01-01T00:00:00Z"},
    ],
    ids=[
        *("a resend", "a show", "a visit", "a new one", "of all places", "cancelled", "taken over"),
        *("cancelled as ones own", "a show taken over", "a visit cancelled", "given away", "in conflict"),
    ],
)
def test_a_key_with_places_does_nothing_to_others(of: Served, event: Event) -> None:
    answer = asked(of, bearer(token(of, places="34.04")), event)
    assert answer.status_code == 422
    assert answer.headers["sambung-refused"] == "1"
    (result,) = answer.json()["results"]
    assert (result["reason"], result["errors"][0]["pointer"]) == ("not_allowed", "/place")
    assert "not for the place" in result["errors"][0]["message"]


def test_a_key_with_places_does_as_it_likes_with_its_own(of: Served) -> None:
    own = bearer(token(of, places="34.04,34.01"))
    for change in ({}, {"place": "34.01.03"}, {"place": "34.04.01"}, {"status": "cancelled"}):
        assert asked(of, own, SLEMAN | {"revision": 1} | change).status_code == 200


def test_a_revoked_key_and_its_stream_end_within_five_seconds(tmp_path: Path) -> None:
    with served(tmp_path) as of:
        good, ended = bearer(token(of, name="phone")), threading.Event()
        stays = bearer(token(of))
        assert asked(of, good).status_code == 200

        def read() -> None:
            with httpx.stream("GET", f"{of.url}/v1/live", headers=good, timeout=30) as answer:
                for _ in answer.iter_raw():
                    pass
            ended.set()

        reader = threading.Thread(target=read)
        reader.start()
        sleep(1)
        revoked = monotonic()
        revoke(of, "phone")
        while asked(of, good).status_code == 200:
            assert monotonic() - revoked < REVOKED_S
            sleep(0.05)
        assert told(asked(of, good)) == (401, "wrong_key")
        assert ended.wait(REVOKED_S - (monotonic() - revoked))
        reader.join()
        assert asked(of, stays).status_code == 200


def revoke(of: Served, name: str) -> None:
    """As the command does, without the time that a process takes to start."""
    engine = open_store(database(of))
    with engine.begin() as connection:
        assert revoke_key(connection, name, 0)
    engine.dispose()
