"""`/v1/campaigns`, `/v1/places` and `/v1/audit`: the numbers of the command line, in pages, with tags."""

import json

import pytest

from api.keys.key import Scope
from api.reading import latest
from reports.as_json import as_json
from reports.audit import audit
from reports.campaigns import campaigns, described
from reports.targets import Asked, targets
from tests.api.reads.conftest import Ask
from tests.builders import outreach
from tests.reports.filled import Filled, wanted
from tests.sinks.records import line, organic, statement

LISTS = ("/v1/campaigns", "/v1/places", "/v1/targets")
ALL = (*LISTS, "/v1/campaigns/a", "/v1/audit")


def fill(store: Filled, places: int = 3) -> None:
    names = "abc"
    store.accept(*(outreach("wayang", number, campaign_id=name) for number, name in enumerate(names)))
    store.apply(
        *(
            statement(f"m{name}{number}", place=f"34.04.{number + 1:02}", lines=(line(name),))
            for name in names
            for number in range(places)
        ),
        statement("c1", kind="company", company_id="c1", lines=(organic(),)),
    )


def test_a_campaign_has_the_numbers_of_the_command_line(store: Filled, ask: Ask) -> None:
    fill(store)
    found = store.read(campaigns)
    told = ask("/v1/campaigns").json()
    assert told["items"] == json.loads(as_json([described(one) for one in found.campaigns]))
    assert told["organic"] == json.loads(as_json(described(found.organic)))
    assert told["progress"] == json.loads(as_json(found.progress))
    one = ask("/v1/campaigns/b").json()
    assert one["campaign"] == told["items"][1]
    assert sum(row["members"] for row in one["counts"] if row["model"] == "first") == 3
    assert {row["district"] for row in one["counts"]} == {"34.04"}
    assert ask("/v1/campaigns/organic").json()["campaign"] == told["organic"]


def test_an_audit_is_that_of_the_command_line_without_members(store: Filled, ask: Ask) -> None:
    fill(store)
    store.spoil("UPDATE live_count SET members = members + 1 WHERE campaign_id = 'a'")
    store.spoil("UPDATE credit_line SET \"first\" = 7 WHERE member_id = 'mb1'")
    found, told = json.loads(as_json(store.read(audit))), ask("/v1/audit").json()
    assert not told["clean"]
    assert found["broken"][0]["member_id"] == "mb1"
    assert "mb1" not in json.dumps(told)
    assert told["different_cells"] == len(told["differences"]) == len(found["differences"])
    shared = found.keys() & told.keys()
    assert shared == {"active_members", "sums", "broken_members", "cells", "differences"}
    assert {name: told[name] for name in shared} == {name: found[name] for name in shared}


@pytest.mark.parametrize("path", LISTS)
def test_pages_together_are_the_list(path: str, store: Filled, ask: Ask) -> None:
    fill(store)
    whole, cursor, shown = ask(path).json(), None, []
    while True:
        page = ask(path, limit=2, **({"cursor": cursor} if cursor else {})).json()
        assert len(page["items"]) <= 2
        shown += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert shown == whole["items"]
    assert whole["next"] is None


def test_places_are_filtered(store: Filled, ask: Ask) -> None:
    fill(store)
    items = ask("/v1/places", place="34.04", kind="worker", month="2017-09").json()["items"]
    assert [one["place"] for one in items] == ["34.04.01", "34.04.02", "34.04.03"]
    assert {one["members"] for one in items} == {3}
    assert ask("/v1/places", place="34.01").json()["items"] == []
    assert ask("/v1/places", kind="company").json()["items"] == [
        {"place": "34.04.07", "month": "2017-09", "kind": "company", "members": 1}
    ]


@pytest.mark.parametrize("path", ALL)
def test_what_a_client_has_is_not_sent_again_until_the_store_changes(
    path: str, store: Filled, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latest, "REST", 0)
    fill(store)
    first = ask(path)
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "Authorization, Accept-Language"
    assert first.json()["batch"] == 2
    again = ask(path, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    store.apply(statement("m9", lines=(line("a"),)), counted=False)
    later = ask(path, headers={"If-None-Match": first.headers["etag"]})
    assert (later.status_code, later.json()["batch"]) == (200, 3)


@pytest.mark.parametrize(
    ("path", "params", "named"),
    [
        ("/v1/campaigns", {"limit": "0"}, "limit"),
        ("/v1/campaigns", {"limit": "1001"}, "limit"),
        ("/v1/campaigns", {"limit": "ten"}, "limit"),
        ("/v1/campaigns", {"cursor": "x"}, "cursor"),
        ("/v1/campaigns", {"colour": "red"}, "colour"),
        ("/v1/campaigns", {"3404070101900001": "x"}, "?"),
        ("/v1/campaigns/" + "a" * 65, {}, "campaign_id"),
        ("/v1/places", {"place": "Sleman"}, "place"),
        ("/v1/places", {"month": "2017-13"}, "month"),
        ("/v1/places", {"kind": "dog", "limit": "-1"}, "kind, limit"),
    ],
)
def test_a_wrong_parameter_is_named(path: str, params: dict[str, str], named: str, ask: Ask) -> None:
    told = ask(path, **params)
    assert (told.status_code, told.headers["content-type"]) == (400, "application/problem+json")
    assert told.json()["detail"] == f"These parameters are wrong: {named}. See /v1/openapi.json."


def test_a_cursor_goes_with_its_filters(store: Filled, ask: Ask) -> None:
    fill(store)
    cursor = ask("/v1/places", limit=1, kind="worker").json()["next"]
    assert ask("/v1/places", cursor=cursor, kind="worker").status_code == 200
    assert ask("/v1/places", cursor=cursor).status_code == 400


@pytest.mark.parametrize("path", ALL)
def test_only_keys_with_the_scope_read(path: str, ask: Ask) -> None:
    assert ask(path, Scope.READ_MEMBERS, Scope.READ_REJECTED).status_code == 403
    assert ask(path, headers={"Authorization": "Bearer sb_none"}).status_code == 401


def test_an_unknown_campaign(ask: Ask) -> None:
    assert ask("/v1/campaigns/none").status_code == 404


def test_targets_are_those_of_the_command_line(
    store: Filled, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latest, "REST", 0)
    fill(store)
    first = ask("/v1/targets")
    assert (first.json()["published"], first.json()["items"][0]["target"]["number"]) == (True, 117_376)
    store.load(wanted(9), wanted(2, channel="wayang"), wanted(5, kind="company"))
    again = ask("/v1/targets", model="first", headers={"If-None-Match": first.headers["etag"]})
    told, found = again.json(), store.read(lambda one: targets(one, asked=Asked(model="first")))
    assert told["items"] == json.loads(as_json(found.targets))
    assert [one["target"]["number"] for one in told["items"]] == [9, 2, 5]
    shared = ("year", "years", "day", "published", "model")
    assert {name: told[name] for name in shared} == {
        name: json.loads(as_json(found))[name] for name in shared
    }
    assert ask("/v1/campaigns").json()["progress"]["target"] == {"workers": 9, "companies": 5}


def test_a_load_of_targets_changes_the_tag_though_it_makes_no_batch(
    store: Filled, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latest, "REST", 0)
    first = ask("/v1/targets")
    unchanged = {"If-None-Match": first.headers["etag"]}
    assert ask("/v1/targets", headers=unchanged).status_code == 304
    store.load(wanted(9))
    assert ask("/v1/targets", headers=unchanged).json()["batch"] == first.json()["batch"]


def test_a_year_without_targets_has_none(ask: Ask) -> None:
    told = ask("/v1/targets", year=2019).json()
    assert (told["items"], told["years"], told["next"]) == ([], [2017], None)
    assert ask("/v1/targets", year=1900).status_code == 400
