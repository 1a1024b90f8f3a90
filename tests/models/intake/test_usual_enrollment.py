"""The quick reader of enrollments: it takes the usual ones, none that pydantic would read otherwise."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from models.events import Enrollment, canonical, wire_names
from models.intake.usual_enrollment import _Usual, read_usual_enrollment
from tests.builders import company, enrollment, event_id, line, person


def as_pydantic_reads(value: bytes) -> Enrollment | None:
    try:
        return Enrollment.model_validate_json(value)
    except ValidationError:
        return None


@pytest.mark.parametrize(
    "record",
    [
        enrollment(),
        enrollment(company_id=None, person=None, declared=None, programs=[]),
        enrollment(programs=["JP", "JKK", "JP"], declared="perisai-2", company_id="NPP-1"),
        enrollment(revision=2**31 - 1, status="cancelled", source="kios “Godean” 中"),
        enrollment(occurred_at="2017-09-01T02:00:00.123Z"),
        company("NPP-1"),
    ],
)
def test_usual_enrollments_are_read_and_the_same_as_pydantics(record: dict[str, Any]) -> None:
    found, expected = read_usual_enrollment(line(record)), as_pydantic_reads(line(record))
    assert found is not None
    assert expected is not None
    assert found == expected
    assert found.model_dump() == expected.model_dump()
    assert canonical(found) == canonical(expected)
    with pytest.raises(ValidationError, match="frozen"):
        found.revision = 1  # type: ignore[misc]


def test_it_knows_every_field_of_an_enrollment_and_no_other() -> None:
    assert set(_Usual.__struct_fields__) == set(wire_names(Enrollment))


def test_one_enrollment_read_changes_no_other() -> None:
    first, second = (read_usual_enrollment(line(enrollment(member))) for member in ("w1", "w2"))
    assert first is not None
    assert second is not None
    changed = first.model_copy(update={"revision": 7})
    assert (changed.revision, first.revision, second.revision) == (7, 0, 0)


IDS = (
    "w1",
    "",
    "1" * 15,
    "1" * 16,
    "1" * 17,
    "a" * 64,
    "a" * 65,
    "organic",
    "a\nb",
    "a\n",
    "é",
    "None",
    "\0",
)
DIGITS = ("1" * 15, "1" * 16, "1" * 17, "1" * 16 + "x", "٣" * 16)
TEXTS = (*DIGITS, "x", "", " ", "é" * 64, "é" * 65, "a\nb", "\x7f", "\x85", "\u2028", "😀")
VALUES: dict[str, tuple[Any, ...]] = {
    "type": ("enrollment", "inspection", None),
    "event_id": (event_id("e1"), event_id("e1").upper(), event_id("e1") + "\n", ""),
    "revision": (0, 2**31 - 1, 2**31, -1, 5.0, True, "5", None),
    "status": ("active", "cancelled", "gone", None),
    "occurred_at": ("2017-09-01T09:00:00+07:00", "1900-01-01T00:00:00+07:00", "2017-02-29T00:00:00Z", "", 5),
    "recorded_at": ("2017-09-01T09:00:00.1234567Z", "2017-09-01", None),
    "source": (*TEXTS, None, 5),
    "member_id": (*IDS, None, 5),
    "kind": ("worker", "company", "employer", None),
    "company_id": (*IDS, None, 5),
    "person": (person("w1"), person("w1").upper(), "a" * 63, "", "\n", "None", None),
    "place": ("34.04.07", "34.04", "34.04.99", "٣٤.04.07", "34.04.07\n", "", None),
    "declared": (*IDS, None, 5),
    "programs": ([], ["JP", "JKK", "JP"], ["JKK"] * 5, ["jkk"], [None], None, "JKK"),
    "nik": ("x",),
}
CHANGES = st.sampled_from(sorted(VALUES)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(VALUES[name]))
)


@settings(max_examples=1_000, deadline=None)
@given(st.sampled_from([enrollment(), company("w1")]), st.lists(CHANGES, max_size=4), st.data())
def test_whatever_it_takes_pydantic_takes_alike(
    record: dict[str, Any], changes: list[tuple[str, Any]], data: st.DataObject
) -> None:
    value = json.dumps(record | dict(changes), ensure_ascii=data.draw(st.booleans())).encode()
    found = read_usual_enrollment(value)
    assert found is None or found == as_pydantic_reads(value)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([enrollment(), company("w1")]), st.integers(0, 450), st.binary(max_size=3))
def test_bytes_put_anywhere_into_a_record_make_no_difference_between_the_two(
    record: dict[str, Any], at: int, put: bytes
) -> None:
    value = line(record)[:at] + put + line(record)[at + len(put) // 2 :]
    found = read_usual_enrollment(value)
    assert found is None or found == as_pydantic_reads(value)
