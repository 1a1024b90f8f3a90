"""What pages answer without a browser: faults as pages, numbers that follow, rows of access, headers."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from api.gateway import Gateway
from api.keys.key import Scope
from api.page.answers import POLICY
from api.page.now import Now
from api.page.state import state_of
from api.reading.freshness import Freshness
from api.reading.marks import Mark
from tests.api.gateways import key
from tests.api.page.conftest import HERE, Talk
from tests.builders import enrollment
from tests.reports.filled import Filled
from tests.sinks.records import refused, statement
from tests.stores import run

Browse = Callable[[Talk], None]
LONG_AGO_US, NEVER_US = 0, 2**62


def test_every_page_has_the_policy_and_is_kept_by_nobody(signed_in: Browse) -> None:
    async def talk(client: httpx.AsyncClient) -> None:
        for path in ("/", "/campaigns", "/sources", "/rejected", "/members", "/members/nobody", "/sign-in"):
            answer = await client.get(path)
            assert answer.headers["content-security-policy"] == POLICY
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "same-origin"
            assert "unsafe" not in POLICY

    signed_in(talk)


def test_the_language_is_the_browser_s_unless_the_address_names_one(browse: Browse) -> None:
    async def talk(client: httpx.AsyncClient) -> None:
        for asked, header, wanted in (
            ("", "en", "en"),
            ("", "fr", "id"),
            ("?lang=id", "en", "id"),
            ("?lang=x", "en", "en"),
        ):
            answer = await client.get(f"/sign-in{asked}", headers={"Accept-Language": header})
            assert f'<html lang="{wanted}">' in answer.text

    browse(talk)


def test_a_page_without_a_stream_is_audited_too(store: Filled, signed_in: Browse) -> None:
    """As without JavaScript. Only streams began an audit, so such a page waited for its first for ever."""
    store.accept(enrollment("m1"))
    store.apply(statement("m1"))

    async def talk(client: httpx.AsyncClient) -> None:
        for _ in range(300):
            if 'data-audit="' in (await client.get("/")).text:
                return
            await asyncio.sleep(0.1)
        pytest.fail("it was never audited")

    signed_in(talk)


def test_numbers_that_take_long_follow(store: Filled, signed_in: Browse) -> None:
    store.accept(enrollment("m1"))
    store.apply(statement("m1"))

    async def talk(client: httpx.AsyncClient) -> None:
        for _ in range(50):
            parts = (await client.get("/parts")).json()
            assert 'data value="1000000"' in parts["now"]
            if "data-effort" in parts["campaigns"]:
                return
            await asyncio.sleep(0.1)
        pytest.fail("they never came")

    signed_in(talk)


def test_the_first_page_after_the_start_is_complete(
    gateway: Gateway, store: Filled, signed_in: Browse
) -> None:
    store.accept(enrollment("m1"))
    store.apply(statement("m1"))

    async def talk(client: httpx.AsyncClient) -> None:
        await gateway.begin()
        assert "data-effort" in (await client.get("/parts")).json()["campaigns"]

    signed_in(talk)


def test_a_store_that_is_away_at_the_start_is_waited_for_by_pages_alone(
    gateway: Gateway, store: Filled, browse: Browse
) -> None:
    Path(store.url.removeprefix("sqlite:///")).unlink()

    async def talk(_: httpx.AsyncClient) -> None:
        await gateway.begin()

    browse(talk)


def test_who_looked_at_whom_is_kept(gateway: Gateway, store: Filled, browse: Browse) -> None:
    store.apply(statement("m1"))
    store.refuse(refused(value='{"member_id": "m2"}'))
    token = key(gateway, "office", Scope.READ_COUNTS, Scope.READ_MEMBERS, Scope.READ_REJECTED)

    async def talk(client: httpx.AsyncClient) -> None:
        await client.post("/sign-in", data={"key": token}, headers=HERE)
        assert (await client.get("/members/m1")).status_code == 200
        assert (await client.get("/members/nobody")).status_code == 404
        assert (await client.get("/rejected")).status_code == 200

    browse(talk)
    kept = run(store.url, "SELECT key_name, member_id, asked FROM access ORDER BY member_id")
    assert kept == [("office", "m1", "/members/{member_id}"), ("office", "m2", "/rejected")]


@pytest.mark.parametrize(("path", "scope"), [("/members/m1", "read:members"), ("/rejected", "read:rejected")])
def test_a_key_without_the_scope_sees_no_person(
    gateway: Gateway, store: Filled, browse: Browse, path: str, scope: str
) -> None:
    store.apply(statement("m1"))
    token = key(gateway, "wall", Scope.READ_COUNTS)

    async def talk(client: httpx.AsyncClient) -> None:
        await client.post("/sign-in", data={"key": token}, headers=HERE)
        answer = await client.get(path)
        assert answer.status_code == 403
        assert scope in answer.text

    browse(talk)
    assert run(store.url, "SELECT * FROM access") == []


def test_a_key_for_some_places_sees_members_there_alone(
    gateway: Gateway, store: Filled, browse: Browse
) -> None:
    store.apply(statement("m1"), statement("m2", place="34.71.01"))
    token = key(gateway, "sleman", *Scope, places="34.04")

    async def talk(client: httpx.AsyncClient) -> None:
        await client.post("/sign-in", data={"key": token}, headers=HERE)
        statuses = [
            (await client.get(path)).status_code for path in ("/members/m1", "/members/m2", "/rejected")
        ]
        assert statuses == [200, 404, 403]

    browse(talk)


def test_a_national_id_gets_into_no_address(signed_in: Browse) -> None:
    async def talk(client: httpx.AsyncClient) -> None:
        for typed, status in (("3404070101900001", 400), ("<b>", 400), (" m1 ", 303)):
            answer = await client.post("/members", data={"member": typed}, headers=HERE)
            assert answer.status_code == status
            assert typed not in answer.headers.get("location", "") + answer.text

    signed_in(talk)


@pytest.mark.parametrize(
    "path", ["/campaigns/nobody", "/campaigns?number=0", "/rejected?cursor=x", "/members/a%20b", "/static/x"]
)
def test_what_is_not_there_is_told_as_a_page(signed_in: Browse, path: str) -> None:
    async def talk(client: httpx.AsyncClient) -> None:
        assert (await client.get(path)).status_code == 404

    signed_in(talk)


def test_a_form_is_bounded(browse: Browse) -> None:
    async def talk(client: httpx.AsyncClient) -> None:
        answers = [
            await client.post("/sign-in", content=content, headers=HERE)
            for content in (b"key=" + b"x" * 3_000, b"&".join([b"a=b"] * 9), b"\xff")
        ]
        assert [one.status_code for one in answers] == [413, 400, 400]

    browse(talk)


@pytest.mark.parametrize(
    ("name", "waiting", "committed_us", "facts"),
    [
        ("live", None, LONG_AGO_US, {}),
        ("live", 0, LONG_AGO_US, {}),
        ("live", 5, NEVER_US, {}),
        ("stale", 5, LONG_AGO_US, {}),
        ("stale", 5, LONG_AGO_US, {"rebuilding": True}),
        ("rebuilding", 0, LONG_AGO_US, {"rebuilding": True}),
        ("away", 5, LONG_AGO_US, {"rebuilding": True, "can_take": False}),
    ],
)
def test_the_state_is_the_worst_that_is_known(
    name: str, waiting: int | None, committed_us: int, facts: dict[str, bool]
) -> None:
    fresh = Freshness(Mark(1, committed_us), None, facts.get("rebuilding", False))
    assert state_of(Now(fresh, {}, ()), waiting, can_take=facts.get("can_take", True)).name == name
