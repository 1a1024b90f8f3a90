"""`/v1/rejected`: refused records in pages, the newest first, as the command line lists them."""

import json

import pytest

from api.keys.key import Scope
from api.reading import refused_pages
from models.intake.refusal import RawRecord, Reason, Refusal, rejected_record
from models.places import Places
from sambung.cli.refused_words import as_document
from sinks.refused import refused
from tests.api.reads.conftest import Ask
from tests.builders import SLEMAN, enrollment, line
from tests.reports.filled import Filled
from tests.stores import run

REJECTED = Scope.READ_REJECTED
PLACES = Places.load()


def refuse(offset: int, member: str = "m1", reason: Reason = Reason.INVALID, pad: int = 0) -> bytes:
    value = line(enrollment(member, name=f"{member}-{offset}")) + b" " * pad
    refusal = Refusal(reason, ("the place",))
    return rejected_record(refusal, ("enrollment", 0, offset), RawRecord(b"k", value, ()))


def all_pages(ask: Ask, **params: object) -> list[dict[str, object]]:
    shown, cursor = list[dict[str, object]](), None
    while True:
        page = ask("/v1/rejected", REJECTED, **params, **({"cursor": cursor} if cursor else {})).json()
        shown += page["items"]
        cursor = page["next"]
        if cursor is None:
            return shown


def fill(store: Filled) -> None:
    for batch in range(4):
        store.refuse(*(refuse(10 * batch + number) for number in range(5)))
    store.refuse(refuse(99, reason=Reason.UNKNOWN_PLACE))


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7, 100])
def test_pages_together_are_what_the_command_line_lists(limit: int, store: Filled, ask: Ask) -> None:
    fill(store)
    listed = json.loads(as_document(store.read(lambda connection: refused(connection, PLACES))))
    shown = all_pages(ask, limit=limit)
    assert len(shown) == len(listed) == 21
    own = [{name: one[name] for name in ("id", "now", "record")} for one in shown]
    assert sorted(own, key=str) == sorted(listed, key=str)
    offsets = [one["record"]["offset"] for one in shown]  # type: ignore[index]
    assert [offset // 10 for offset in offsets] == [9, *[3] * 5, *[2] * 5, *[1] * 5, *[0] * 5]


def test_they_are_filtered_by_reason(store: Filled, ask: Ask) -> None:
    fill(store)
    assert len(all_pages(ask, reason="invalid", limit=3)) == 20
    (one,) = all_pages(ask, reason="unknown_place")
    assert one["event"] == {
        "type": "enrollment",
        "event_id": enrollment(name="m1-99")["event_id"],
        "revision": 0,
    }


def test_a_page_of_large_records_is_shorter(store: Filled, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refused_pages, "MOST_BYTES", 2_500)
    store.refuse(*(refuse(number, pad=1_000) for number in range(5)), refuse(6, pad=9_000))
    assert len(ask("/v1/rejected", REJECTED).json()["items"]) == 1
    assert len(all_pages(ask)) == 6


def test_who_saw_the_members_in_them_is_kept(store: Filled, ask: Ask) -> None:
    store.refuse(refuse(1, "m1"), refuse(2, "m2"), refuse(3, "m1"))
    ask("/v1/rejected", REJECTED)
    assert run(store.url, "SELECT member_id, asked FROM access ORDER BY member_id") == [
        ("m1", "/v1/rejected"),
        ("m2", "/v1/rejected"),
    ]


def test_a_key_with_places_sees_none(store: Filled, ask: Ask) -> None:
    fill(store)
    assert ask("/v1/rejected", REJECTED, places=SLEMAN).status_code == 403
    assert ask("/v1/rejected", Scope.READ_COUNTS).status_code == 403


@pytest.mark.parametrize("params", [{"reason": "ugly"}, {"cursor": "x"}])
def test_a_wrong_parameter_is_named(params: dict[str, str], ask: Ask) -> None:
    told = ask("/v1/rejected", REJECTED, **params)
    assert (told.status_code, next(iter(params)) in told.json()["detail"]) == (400, True)
