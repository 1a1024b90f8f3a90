"""Every sentence is there in each language, with the same parts."""

import re
from pathlib import Path

import pytest

from models.intake import english, indonesian
from models.intake.english import ENGLISH
from models.intake.indonesian import INDONESIAN
from models.intake.judging import judge, topic_of_line
from models.intake.phrases import Complaint, Wording
from models.intake.refusal import Refusal
from models.places import Places
from tests.builders import company, enrollment, inspection, line, outreach

PLACES = Places.load()
BAD_LINES = Path(__file__).with_name("bad-lines.ndjson")


def complaints_of(value: bytes) -> tuple[Complaint, ...]:
    topic = topic_of_line(value)
    found = topic if isinstance(topic, Refusal) else judge(topic, value, PLACES)
    assert isinstance(found, Refusal)
    return found.complaints


def parts(wording: Wording) -> dict[str, set[str]]:
    return {name: set(re.findall(r"{(\w+)}", text)) for name, text in wording.texts.items()}


def test_each_language_has_every_sentence_with_the_same_parts() -> None:
    assert parts(INDONESIAN) == parts(ENGLISH)
    assert indonesian.WRITE.keys() == english.WRITE.keys()
    assert indonesian.PLACES.keys() == english.PLACES.keys()


def test_what_is_kept_is_the_english_of_what_can_be_told() -> None:
    for value in BAD_LINES.read_bytes().splitlines():
        topic = topic_of_line(value)
        found = topic if isinstance(topic, Refusal) else judge(topic, value, PLACES)
        assert isinstance(found, Refusal)
        assert found.errors == tuple(one.sentence.told(ENGLISH) for one in found.complaints)
        told = tuple(one.sentence.told(INDONESIAN) for one in found.complaints)
        assert all(told)
        assert told != found.errors


@pytest.mark.parametrize(
    ("event", "pointers"),
    [
        (enrollment(kind="boss", place="Depok"), ["/kind", "/place"]),
        (outreach() | {"attendees": ["x"]}, ["/attendees/0"]),
        (enrollment() | {"a/b~c": 1}, ["/a~1b~0c"]),
        (enrollment() | {"x" * 61: 1}, [""]),
        (enrollment() | {"nik 3404071234567890": 1}, ["/nik ****************"]),
        (enrollment(place="34.04.99"), ["/place"]),
        (company(company_id="other"), ["/company_id"]),
        (company(person="0" * 64), ["/person"]),
        (inspection() | {"note": [{"b": "3404071234567890"}]}, ["/note/0/b"]),
        ({"type": "x"}, ["/type"]),
    ],
)
def test_an_error_points_to_its_field(event: dict[str, object], pointers: list[str]) -> None:
    assert [one.pointer for one in complaints_of(line(event))] == pointers


def test_numbers_are_written_as_the_language_writes_them() -> None:
    (complaint,) = complaints_of(b" " * 4_500_000)
    assert complaint.sentence.told(ENGLISH).startswith("The event has 4,500,000 bytes; at most 1,048,576")
    assert complaint.sentence.told(INDONESIAN).startswith(
        "Kejadian ini 4.500.000 bita; paling banyak 1.048.576"
    )
