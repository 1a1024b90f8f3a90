"""`POST /v1/events`: one result for each event, what becomes durable, and what is said of the request."""

import gzip
import json
from pathlib import Path

import pytest

from api.gateway import Gateway
from api.keys.key import Scope
from models.events import canonical
from models.intake.judging import judge
from models.intake.refusal import Refusal
from models.places import Places
from tests.api.gateways import Kept, gateway, key
from tests.api.intake.sending import kept, ndjson, reasons, rejected, sent
from tests.builders import enrollment, event_id, inspection, line, outreach

GOOD = enrollment()
BAD = outreach(place="34.04.99")
EVENTS = [enrollment(), outreach(), inspection()]


@pytest.fixture
def of(tmp_path: Path) -> Gateway:
    return gateway(tmp_path)


def as_canonical(event: dict[str, object]) -> bytes:
    found = judge(str(event["type"]), line(event), Places.load())
    assert not isinstance(found, Refusal)
    return canonical(found)


def test_accepted_events_are_durable_in_canonical_text_under_their_id(of: Gateway) -> None:
    answer = sent(of, ndjson(*EVENTS), key(of, "kios"))
    assert answer.status_code == 200
    assert "sambung-refused" not in answer.headers
    assert answer.json() == {
        "accepted": 3,
        "refused": 0,
        "warnings": 0,
        "results": [
            {"index": index, "event_id": event["event_id"], "revision": 0, "result": "accepted"}
            for index, event in enumerate(EVENTS)
        ],
    }
    assert kept(of) == [
        (event["type"], str(event["event_id"]).encode(), as_canonical(event)) for event in EVENTS
    ]
    assert isinstance(of.publisher, Kept)
    assert {one.headers for one in of.publisher.records} == {(("sambung-key", b"kios"),)}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (line(GOOD), "application/json"),
        (b"\n " + line(GOOD) + b"\n", "application/json; charset=UTF-8"),
        (b" [" + line(GOOD) + b"] ", "application/json"),
        (b"\r\n  \n" + line(GOOD) + b"\r\n\n", "application/x-ndjson"),
        (json.dumps(GOOD, indent=2).encode(), "Application/JSON"),
    ],
)
def test_an_object_an_array_and_lines_are_taken(of: Gateway, body: bytes, content_type: str) -> None:
    answer = sent(of, body, content_type=content_type)
    assert (answer.status_code, reasons(answer)) == (200, ["accepted"])
    assert kept(of) == [("enrollment", GOOD["event_id"].encode(), as_canonical(GOOD))]


def test_one_bad_event_harms_no_other(of: Gateway) -> None:
    body = ndjson(GOOD, b"", b"{", BAD, b"[" * 10_000, inspection())
    answer = sent(of, body, key(of, "kios"))
    assert answer.status_code == 207
    assert answer.headers["sambung-refused"] == "3"
    assert reasons(answer) == ["accepted", "not_json", "unknown_place", "invalid", "accepted"]
    assert [one["index"] for one in answer.json()["results"]] == [0, 1, 2, 3, 4]
    assert answer.json()["results"][2] == {
        "index": 2,
        "event_id": BAD["event_id"],
        "revision": 0,
        "reason": "unknown_place",
        "errors": [
            {
                "pointer": "/place",
                "message": "`place` is 34.04.99, which the list of known places lacks; write a code of the "
                "list, or have the list completed and this record replayed.",
            }
        ],
        "result": "refused",
        "retry": False,
    }
    assert [topic for topic, _, _ in kept(of)] == [
        "enrollment",
        "rejected",
        "rejected",
        "rejected",
        "inspection",
    ]
    request = answer.headers["sambung-request"]
    assert {(one.file, one.line) for one in rejected(of)} == {("gateway/kios", None)}
    assert {tuple(one.raw_headers()) for one in rejected(of)} == {(("sambung-request", request.encode()),)}


def test_the_same_bad_bytes_have_one_key(of: Gateway) -> None:
    token = key(of)
    assert sent(of, ndjson(BAD), token).status_code == sent(of, ndjson(BAD, BAD), token).status_code == 422
    assert len(kept(of)) == 3
    assert len({name for _, name, _ in kept(of)}) == 1


def test_an_array_that_is_no_json_is_refused_whole(of: Gateway) -> None:
    for body in (b"[" + line(GOOD) + b",", b"[" + line(GOOD) + b"}", b"[1 2]", b"[" * 100_000, b"[1,]"):
        answer = sent(of, body, content_type="application/json")
        assert (answer.status_code, answer.json()["reason"]) == (400, "not_json"), body[:20]
    assert kept(of) == []


@pytest.mark.parametrize("levels", [17, 300, 10_000])
def test_a_deep_entry_of_an_array_is_its_own_fault(of: Gateway, levels: int) -> None:
    deep = b'{"a":' * levels + b"1" + b"}" * levels
    answer = sent(
        of, b"[" + line(GOOD) + b"," + deep + b" , " + line(GOOD) + b"]", content_type="application/json"
    )
    assert reasons(answer) == ["accepted", "invalid", "accepted"]
    assert "deeper than 16 levels" in answer.json()["results"][1]["errors"][0]["message"]


@pytest.mark.parametrize(
    ("body", "reason"), [(b"", "no_events"), (b" \n\n", "no_events"), (b"[]", "no_events")]
)
def test_a_request_without_events_is_told_so(of: Gateway, body: bytes, reason: str) -> None:
    answer = sent(of, body, content_type="application/json")
    assert (answer.status_code, answer.json()["reason"]) == (400, reason)


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"],
)
def test_other_types_are_told_which_are_taken(of: Gateway, content_type: str) -> None:
    answer = sent(of, line(GOOD), content_type=content_type)
    assert (answer.status_code, answer.json()["reason"]) == (415, "unknown_type")


def test_compressed_bodies_are_taken(of: Gateway) -> None:
    body = gzip.compress(ndjson(GOOD)) + gzip.compress(b"\n" + ndjson(outreach()))
    assert reasons(sent(of, body, content_encoding="gzip")) == ["accepted", "accepted"]


@pytest.mark.parametrize("cut", [0, 5, 60])
def test_a_gzip_that_is_not_whole_is_told_so(of: Gateway, cut: int) -> None:
    answer = sent(of, gzip.compress(line(GOOD))[:cut] or b"x", content_encoding="gzip")
    assert (answer.status_code, answer.json()["reason"]) == (400, "no_gzip")
    assert sent(of, line(GOOD), content_encoding="br").status_code == 415


def test_a_clock_ahead_is_warned_of_and_accepted(of: Gateway) -> None:
    answer = sent(of, ndjson(enrollment(recorded_at="2100-01-01T00:00:00Z"), GOOD))
    assert (answer.status_code, answer.json()["warnings"]) == (200, 1)
    (warning,) = answer.json()["results"][0]["warnings"]
    assert warning["pointer"] == "/recorded_at"
    assert len(kept(of)) == 2


def test_messages_are_told_in_indonesian_and_kept_in_english(of: Gateway) -> None:
    answer = sent(of, ndjson(BAD), accept_language="id")
    assert answer.headers["content-language"] == "id"
    assert answer.json()["results"][0]["errors"][0]["message"].startswith(
        "`place` adalah 34.04.99, yang tidak"
    )
    assert rejected(of)[0].errors[0].startswith("`place` is 34.04.99, which the list")


def test_nothing_is_answered_for_that_could_not_be_made_durable(of: Gateway) -> None:
    assert isinstance(of.publisher, Kept)
    of.publisher.away = "no broker"
    answer = sent(of, ndjson(GOOD, BAD))
    assert (answer.status_code, answer.json()["reason"]) == (503, "not_durable")
    assert int(answer.headers["retry-after"]) > 0


def test_what_a_key_does_not_allow_is_decided_last_and_not_kept(of: Gateway) -> None:
    token = key(of, "sleman", Scope.PUBLISH_ENROLLMENT, places="34.04")
    elsewhere = enrollment(event_id=event_id("b"), place="34.02.01")
    answer = sent(of, ndjson(GOOD, elsewhere, inspection(), BAD), token)
    assert reasons(answer) == ["accepted", "not_allowed", "not_allowed", "unknown_place"]
    assert [one["errors"][0]["pointer"] for one in answer.json()["results"][1:3]] == ["/place", "/type"]
    assert [topic for topic, _, _ in kept(of)] == ["enrollment", "rejected"]


def test_a_key_that_may_publish_nothing_is_refused(of: Gateway) -> None:
    assert sent(of, ndjson(GOOD), key(of, "wall", Scope.READ_COUNTS)).status_code == 403


@pytest.mark.parametrize(
    "value", [b'{"event_id": 1}', b"{", b'{"event_id": "3404071234567890", "revision": -1}']
)
def test_an_id_that_cannot_be_read_is_null(of: Gateway, value: bytes) -> None:
    (result,) = sent(of, value).json()["results"]
    assert result["event_id"] is None
