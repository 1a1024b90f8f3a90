"""What a field team reads: one sentence a fault, which field, what was found, what to write instead.

`bad-lines.ndjson` holds every kind of bad line but one too large and one on the topic of another type;
`bad-lines.txt` what is said of each.
"""

from pathlib import Path

import pytest

from models.intake import judge, topic_of_line
from models.places import Places
from models.refusal import Refusal
from tests.builders import enrollment, inspection, line, outreach

PLACES = Places.load()
BAD_LINES = Path(__file__).with_name("bad-lines.ndjson")


def said(value: bytes, topic: str = "enrollment") -> tuple[str, ...]:
    found = judge(topic, None, value, (), PLACES)
    assert isinstance(found, Refusal)
    return found.errors


def told(value: bytes) -> str:
    """The verdict on a line of a file, as its topic gives it or as the command does for want of one."""
    topic = topic_of_line(value)
    found = topic if isinstance(topic, Refusal) else judge(topic, None, value, (), PLACES)
    where = "no topic" if isinstance(topic, Refusal) else topic
    assert isinstance(found, Refusal)
    return "\n    ".join([f"{where}: {found.reason}", *found.errors])


def test_every_bad_line_is_told_its_reason_and_what_to_do() -> None:
    values = BAD_LINES.read_bytes().splitlines()
    report = "".join(f"{number} {told(value)}\n" for number, value in enumerate(values, 1))
    assert report == BAD_LINES.with_suffix(".txt").read_text(encoding="utf-8")


def test_an_event_on_the_topic_of_another_is_told_where_it_belongs() -> None:
    problem = "This event is of type inspection, but came on topic enrollment; send it to topic inspection."
    assert said(line(inspection())) == (problem,)


def test_too_large_an_event_is_told_its_size() -> None:
    (problem,) = said(b" " * 1_048_577)
    assert problem.startswith("The event has 1,048,577 bytes; at most 1,048,576 are taken. Shorten it")


def test_every_faulty_field_is_told_at_once() -> None:
    problems = said(line(enrollment(kind="boss", place="Depok", revision=-1)))
    assert [problem.split()[0] for problem in problems] == ["`revision`", "`kind`", "`place`"]


def test_of_very_many_faults_the_first_are_told() -> None:
    problems = said(line(outreach() | {"attendees": ["x"] * 5_000}), "outreach-event")
    assert len(problems) == 21
    assert problems[0].startswith('entry 1 of `attendees` is the text "x"; write a list of at most 5000')
    assert problems[-1] == "4,980 more fields or entries are wrong."


def test_too_long_a_list_is_told_once() -> None:
    (problem,) = said(line(outreach(companies=["a"] * 1_001)), "outreach-event")
    assert problem.startswith("`companies` has too many entries; write a list of at most 1000")


@pytest.mark.parametrize(
    ("field", "found", "shown"),
    [
        (
            "source",
            "x" * 52 + " 3404071234567890 and more",
            f'the text "{"x" * 52} *******…" of 78 characters',
        ),
        ("kind", "3404071234567890", 'the text "****************"'),
        ("kind", "x" * 44 + "9" * 30, f'the text "{"x" * 44}****************…" of 74 characters'),
        ("revision", 3404071234567890, "****************"),
        ("revision", 10**25, "a number of more than 20 digits"),
        ("revision", [], "a list"),
    ],
)
def test_what_was_found_is_shown_cut_and_without_any_part_of_a_national_id(
    field: str, found: object, shown: str
) -> None:
    (problem,) = said(line(enrollment(**{field: found})))  # type: ignore[arg-type]
    assert problem.startswith(f"`{field}` is {shown}; write")
