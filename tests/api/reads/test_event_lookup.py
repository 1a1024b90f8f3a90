"""`/v1/events/{type}/{event_id}`: what became of each revision of an event."""

from typing import Any

import pytest

from api.keys.key import Scope
from models.events import EVENTS, canonical, content_digest
from models.intake.refusal import RawRecord, Reason, Refusal, rejected_record
from tests.api.reads.conftest import Ask
from tests.builders import DEPOK, GAMPING, SLEMAN, WATES, Event, at, enrollment, event_id, inspection, line
from tests.reports.filled import Filled

ENROLLMENT = Scope.PUBLISH_ENROLLMENT
ID = event_id("enrollment of w1")
PATH = f"/v1/events/enrollment/{ID}"


def refuse(event: Event, reason: Reason, offset: int = 1) -> bytes:
    refusal = Refusal(reason, (f"it is {reason}",))
    return rejected_record(refusal, ("enrollment", 0, offset), RawRecord(None, line(event), ()))


def told(answer: Any) -> list[tuple[int, str]]:
    return [(one["revision"], one["result"]) for one in answer.json()["revisions"]]


def test_the_standing_revision_and_what_became_of_the_others(store: Filled, ask: Ask) -> None:
    store.accept(enrollment())
    store.accept(enrollment(revision=2, recorded_at=at(5)))
    store.refuse(refuse(enrollment(revision=1, kind="dog"), Reason.INVALID))
    content = EVENTS["enrollment"].model_validate_json(line(enrollment(recorded_at=at(5))))
    answer = ask(PATH, ENROLLMENT)
    assert answer.json()["standing"] == {
        "revision": 2,
        "status": "active",
        "occurred_at": at(3),
        "recorded_at": at(5),
        "source": "front-desk",
        "place": DEPOK,
        "content_sha256": content_digest(canonical(content)),
    }
    assert told(answer) == [(0, "superseded"), (1, "refused"), (2, "stands")]
    refused = answer.json()["revisions"][1]
    assert (refused["reason"], refused["errors"], refused["recorded_at"]) == (
        "invalid",
        ["it is invalid"],
        None,
    )
    assert answer.json()["batch"] == 3


@pytest.mark.parametrize("is_refused", [True, False])
def test_content_that_lost_is_a_conflict_once(is_refused: bool, store: Filled, ask: Ask) -> None:  # noqa: FBT001
    """The stream refuses what it had accepted when it loses; the store may have either first."""
    first, later = enrollment(source="a", recorded_at=at(4)), enrollment(source="b", recorded_at=at(5))
    store.accept(first)
    store.accept(later)
    if is_refused:
        store.refuse(refuse(first, Reason.CONFLICT))
    answer = ask(PATH, ENROLLMENT)
    assert sorted(told(answer)) == [(0, "conflict"), (0, "stands")]
    assert answer.json()["standing"]["source"] == "b"


def test_a_conflict_below_a_newer_revision(store: Filled, ask: Ask) -> None:
    for event in (
        enrollment(source="a", recorded_at=at(4)),
        enrollment(source="b", recorded_at=at(5)),
        enrollment(revision=1),
    ):
        store.accept(event)
    assert told(ask(PATH, ENROLLMENT)) == [(0, "conflict"), (0, "superseded"), (1, "stands")]


def test_nothing_known_tells_how_old_the_store_is(ask: Ask) -> None:
    answer = ask(PATH, ENROLLMENT)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    found = answer.json()
    assert (found["reason"], found["batch"], found["rebuilding"]) == ("not_known_yet", 0, False)
    assert 0 <= found["lag_s"] < 86_400  # the empty store is copied from one made when the tests began
    assert f"{found['lag_s']} seconds ago" in found["detail"]


def test_the_same_id_of_another_type_is_another_event(store: Filled, ask: Ask) -> None:
    store.accept(inspection(event_id=ID))
    assert ask(PATH, ENROLLMENT).status_code == 404
    assert told(ask(f"/v1/events/inspection/{ID}", Scope.PUBLISH_INSPECTION)) == [(0, "stands")]


def test_the_scope_is_that_of_the_type(store: Filled, ask: Ask) -> None:
    store.accept(enrollment())
    assert ask(PATH, *(set(Scope) - {ENROLLMENT})).status_code == 403


def test_a_key_with_places_sees_events_of_its_places(store: Filled, ask: Ask) -> None:
    store.accept(enrollment(place=WATES))
    store.accept(enrollment(place=DEPOK, revision=1))
    store.refuse(refuse(enrollment(place=WATES, revision=2), Reason.INVALID, 1))
    store.refuse(refuse(enrollment(place=GAMPING, revision=3), Reason.INVALID, 2))
    assert ask(PATH, ENROLLMENT, places=WATES).status_code == 403
    assert told(ask(PATH, ENROLLMENT, places=SLEMAN)) == [(1, "stands"), (3, "refused")]
    assert len(told(ask(PATH, ENROLLMENT))) == 4


def test_what_the_gateway_refused_of_a_key_is_known_to_it(store: Filled, ask: Ask) -> None:
    store.refuse(refuse(enrollment(place="nowhere"), Reason.INVALID))
    assert ask(PATH, ENROLLMENT, places=SLEMAN).status_code == 404
    store.spoil("UPDATE rejected SET file = 'gateway/key-0', topic = NULL")
    answer = ask(PATH, ENROLLMENT, places=SLEMAN)
    assert told(answer) == [(0, "refused")]
    assert answer.json()["standing"] is None


@pytest.mark.parametrize(
    "path", ["/v1/events/party/x", "/v1/events/enrollment/x", f"/v1/events/enrollment/{ID.upper()}"]
)
def test_a_wrong_type_or_id_is_named(path: str, ask: Ask) -> None:
    assert ask(path, ENROLLMENT).status_code == 400
