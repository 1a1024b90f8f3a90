"""Sessions: begun by a key or a link, from this origin alone, and ended with the key."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import update

from api.gateway import Gateway
from api.keys.key import Scope
from api.keys.links import GOOD_S, Links
from api.keys.sessions import LONGEST_S, MOST, Sessions
from models.tables.columns import table_of
from models.tables.gateway import ApiKeyRow
from sinks.store import open_store
from tests.api.gateways import bearer, key
from tests.api.page.conftest import HERE, Talk

Browse = Callable[[Talk], None]


def test_without_a_session_every_page_leads_to_the_form(browse: Browse) -> None:
    async def talk(client: httpx.AsyncClient) -> None:
        answer = await client.get("/")
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")
        script = await client.get("/parts", headers={"Accept": "*/*"})
        assert (script.status_code, script.json()["reason"]) == (401, "not_signed_in")
        assert "<form" in (await client.get("/sign-in")).text

    browse(talk)


def test_a_key_begins_a_session_with_a_new_id(gateway: Gateway, browse: Browse) -> None:
    token = key(gateway, "reader", Scope.READ_COUNTS)

    async def talk(client: httpx.AsyncClient) -> None:
        client.cookies.set("sambung", "chosen-by-somebody-else")
        answer = await client.post("/sign-in", data={"key": token}, headers=HERE)
        cookie = answer.headers["set-cookie"]
        assert answer.status_code == 303
        assert "chosen-by-somebody-else" not in cookie
        assert token not in cookie
        assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/"))
        client.cookies.delete("sambung", domain="")  # the one of somebody else
        assert (await client.get("/")).status_code == 200

    browse(talk)


@pytest.mark.parametrize("scope", [None, Scope.PUBLISH_ENROLLMENT])
def test_a_key_that_may_not_read_counts_is_refused(
    gateway: Gateway, browse: Browse, scope: Scope | None
) -> None:
    token = "sb_" + "x" * 43 if scope is None else key(gateway, "sender", scope)

    async def talk(client: httpx.AsyncClient) -> None:
        answer = await client.post("/sign-in", data={"key": token}, headers=HERE)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert token not in answer.text

    browse(talk)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://gateway.evil"},
        {"Origin": "http://evil"},
        {"Origin": "http://gateway", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_of_another_site_is_refused(gateway: Gateway, browse: Browse, headers: dict[str, str]) -> None:
    link = gateway.links.make()

    async def talk(client: httpx.AsyncClient) -> None:
        for path in ("/sign-in", "/sign-out"):
            answer = await client.post(path, data={"link": link}, headers=headers)
            assert answer.status_code == 403
            assert "set-cookie" not in answer.headers

    browse(talk)
    assert gateway.links.take(link), "the link was not used up"


def test_a_link_is_good_once(gateway: Gateway, browse: Browse) -> None:
    link = gateway.links.make()

    async def talk(client: httpx.AsyncClient) -> None:
        assert (await client.post("/sign-in", data={"link": link}, headers=HERE)).status_code == 303
        assert (await client.get("/")).status_code == 200
        client.cookies.clear()
        assert (await client.post("/sign-in", data={"link": link}, headers=HERE)).status_code == 403

    browse(talk)


def test_a_link_is_good_for_ten_minutes() -> None:
    now = [0.0]
    links = Links(lambda: now[0])
    early, late = links.make(), links.make()
    now[0] = GOOD_S - 1
    assert links.take(early)
    now[0] = GOOD_S
    assert not links.take(late)


def test_a_session_ends_with_its_key(gateway: Gateway, browse: Browse) -> None:
    token = key(gateway, "reader", Scope.READ_COUNTS)

    async def talk(client: httpx.AsyncClient) -> None:
        await client.post("/sign-in", data={"key": token}, headers=HERE)
        engine = open_store(gateway.store.url)
        with engine.begin() as connection:
            connection.execute(update(table_of(ApiKeyRow)).values(revoked_at=1))
        engine.dispose()
        gateway.keys._by_name._there.clear()  # as after two seconds
        assert (await client.get("/")).status_code == 303

    browse(talk)


@pytest.mark.parametrize("by", ["link", "key"])
def test_signing_out_ends_the_session_itself(gateway: Gateway, browse: Browse, by: str) -> None:
    secret = gateway.links.make() if by == "link" else key(gateway)

    async def talk(client: httpx.AsyncClient) -> None:
        await client.post("/sign-in", data={by: secret}, headers=HERE)
        cookie = {"Cookie": f"sambung={client.cookies['sambung']}"}
        await client.post("/sign-out", headers=HERE)
        assert (await client.get("/", headers=cookie)).status_code == 303

    browse(talk)


def test_a_cookie_reads_and_never_publishes(signed_in: Browse) -> None:
    async def talk(client: httpx.AsyncClient) -> None:
        for answer in (await client.post("/v1/events", json=[], headers=HERE), await client.get("/v1/audit")):
            assert answer.status_code == 401

    signed_in(talk)


def test_a_key_in_a_header_opens_no_page(gateway: Gateway, browse: Browse) -> None:
    token = key(gateway)

    async def talk(client: httpx.AsyncClient) -> None:
        assert (await client.get("/", headers=bearer(token))).status_code == 303

    browse(talk)


def test_sessions_are_bounded_in_number_and_in_time(gateway: Gateway) -> None:
    now = [0.0]
    sessions = Sessions(gateway.keys, lambda: now[0])
    by_key = sessions.begin_by_key("reader", key(gateway, "reader"))
    first, *_, last = (sessions.begin_by_link() for _ in range(MOST + 1))
    assert asyncio.run(sessions.find(first)) is None
    assert asyncio.run(sessions.find(last)) is not None
    assert asyncio.run(sessions.find(by_key)) is not None
    now[0] = LONGEST_S
    assert asyncio.run(sessions.find(last)) is None
    assert asyncio.run(sessions.find(by_key)) is None


def test_a_session_by_a_key_goes_on_at_another_start_and_one_by_a_link_does_not(gateway: Gateway) -> None:
    before, after = Sessions(gateway.keys), Sessions(gateway.keys)
    by_key = before.begin_by_key("reader", key(gateway, "reader", Scope.READ_COUNTS))
    found = asyncio.run(after.find(by_key))
    assert found is not None
    assert (found.name, found.scopes) == ("reader", {Scope.READ_COUNTS})
    assert asyncio.run(after.find(before.begin_by_link())) is None


@pytest.mark.parametrize(
    ("part", "other"),
    [(0, "editor"), (0, "nobody"), (1, "9999999999"), (2, "x" * 43), (3, "0" * 64), (3, "é"), (3, "")],
)
def test_a_cookie_that_somebody_else_wrote_is_worth_nothing(gateway: Gateway, part: int, other: str) -> None:
    key(gateway, "editor")
    sessions = Sessions(gateway.keys)
    words = sessions.begin_by_key("reader", key(gateway, "reader", Scope.READ_COUNTS)).split(".")
    words[part] = other
    assert asyncio.run(sessions.find(".".join(words))) is None


@pytest.mark.parametrize("text", ["", ".", "...", "reader", "reader.1.x", "a.b.c.d.e"])
def test_a_cookie_of_another_form_is_worth_nothing(gateway: Gateway, text: str) -> None:
    assert asyncio.run(Sessions(gateway.keys).find(text)) is None
