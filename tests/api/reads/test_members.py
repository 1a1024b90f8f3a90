"""`/v1/members/{member_id}/why`: one member for those who may know it, and who looked is kept."""

import json
from dataclasses import fields

import pytest

from api.keys.key import Scope
from reports.as_json import as_json
from reports.journey import Why
from reports.why import why
from tests.api.reads.conftest import Ask
from tests.builders import DEPOK, SLEMAN, WATES, at, enrollment, event_id, inspection, outreach
from tests.reports.filled import Filled
from tests.sinks.records import line, statement
from tests.stores import run

MEMBERS = Scope.READ_MEMBERS
LOOKS = "SELECT key_name, member_id, asked FROM access"
PATH = "/v1/members/m1/why"


@pytest.fixture(autouse=True)
def _filled(store: Filled) -> None:
    shown, visited = outreach("wayang", 1, campaign_id="show"), inspection(campaign_id="team")
    store.accept(enrollment("m1"), enrollment("m1", 4, name="again"), shown, visited)
    lines = (
        line("show", touch_id=shown["event_id"], touched_at=at(1), credit={"first": 700_000}),
        line("team", number=1, channel="inspection", touch_id=visited["event_id"], credit={"first": 300_000}),
    )
    its = event_id("enrollment of m1")
    store.apply(statement("m1", place=DEPOK, enrollment_event_id=its, lines=lines), statement("m12"))


def test_a_member_is_told_as_by_the_command_line(store: Filled, ask: Ask) -> None:
    told = ask(PATH, MEMBERS).json()
    found = json.loads(as_json(store.read(lambda connection: why(connection, "m1"))))
    assert len(found["lines"]) == 2
    assert found["lines"][1]["event"]["team"]
    assert {one.name for one in fields(Why)} >= {"others", "as_of"}
    assert {name: told[name] for name in found if name != "as_of"} == {
        name: value for name, value in found.items() if name != "as_of"
    }


def test_a_row_is_kept_of_each_answer_that_names_a_member(store: Filled, ask: Ask) -> None:
    first = ask(PATH, MEMBERS)
    assert run(store.url, LOOKS) == [("key-0", "m1", "/v1/members/{member_id}/why")]
    again = ask(PATH, MEMBERS, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert len(run(store.url, LOOKS)) == 2, "that it has not changed is news, too"


@pytest.mark.parametrize(("places", "status"), [(SLEMAN, 200), (f"{WATES},{DEPOK}", 200), (WATES, 404)])
def test_a_key_with_places_sees_the_members_who_work_there(
    places: str, status: int, store: Filled, ask: Ask
) -> None:
    assert ask(PATH, MEMBERS, places=places).status_code == status
    assert len(run(store.url, LOOKS)) == (status == 200)


def test_a_member_of_elsewhere_is_as_unknown_as_one_who_is_not_there(store: Filled, ask: Ask) -> None:
    elsewhere, nobody = ask(PATH, MEMBERS, places=WATES), ask("/v1/members/m2/why", MEMBERS)
    assert (elsewhere.status_code, elsewhere.content) == (nobody.status_code, nobody.content)
    assert "m12" not in nobody.text
    assert run(store.url, LOOKS) == []


def test_counts_are_no_members(ask: Ask) -> None:
    assert ask(PATH, Scope.READ_COUNTS, Scope.READ_REJECTED).status_code == 403


def test_an_id_that_no_member_can_have_is_a_wrong_parameter(ask: Ask) -> None:
    told = ask("/v1/members/a b/why", MEMBERS)
    assert (told.status_code, "member_id" in told.json()["detail"]) == (400, True)
