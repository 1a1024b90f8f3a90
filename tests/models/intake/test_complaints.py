"""What a field team reads: one sentence per fault, which field, what was found, what to write instead.

`bad-lines.ndjson` holds every kind of bad line but one too large and one on the topic of another type;
`bad-lines.txt` its errors.
"""

from pathlib import Path

import pytest

from models.intake.judging import judge, topic_of_line
from models.intake.refusal import Refusal
from models.places import Places
from tests.builders import enrollment, inspection, line, outreach

PLACES = Places.load()
NATIONAL_ID = "3404071234567890"
MASK = "*" * 16
BAD_LINES = Path(__file__).with_name("bad-lines.ndjson")


def problems_of(value: bytes, topic: str = "enrollment") -> tuple[str, ...]:
    found = judge(topic, value, PLACES)
    assert isinstance(found, Refusal)
    return found.errors


def report_of(value: bytes) -> str:
    """The verdict on a line of a file, as its topic gives it or as the command does for want of one."""
    topic = topic_of_line(value)
    found = topic if isinstance(topic, Refusal) else judge(topic, value, PLACES)
    where = "no topic" if isinstance(topic, Refusal) else topic
    assert isinstance(found, Refusal)
    return "\n    ".join([f"{where}: {found.reason}", *found.errors])


def test_every_bad_line_is_told_its_reason_and_what_to_do() -> None:
    values = BAD_LINES.read_bytes().splitlines()
    report = "".join(f"{number} {report_of(value)}\n" for number, value in enumerate(values, 1))
    assert report == BAD_LINES.with_suffix(".txt").read_text(encoding="utf-8")


def test_an_event_on_the_topic_of_another_is_told_where_it_belongs() -> None:
    problem = "This event is of type inspection, but came on topic enrollment; send it to topic inspection."
    assert problems_of(line(inspection())) == (problem,)


def test_too_large_an_event_is_told_its_size() -> None:
    (problem,) = problems_of(b" " * 1_048_577)
    assert problem.startswith("The event has 1,048,577 bytes; at most 1,048,576 are taken. Shorten it")


def test_every_faulty_field_is_told_at_once() -> None:
    problems = problems_of(line(enrollment(kind="boss", place="Depok", revision=-1)))
    assert [problem.split()[0] for problem in problems] == ["`revision`", "`kind`", "`place`"]


def test_of_very_many_faults_the_first_are_told() -> None:
    problems = problems_of(line(outreach() | {"attendees": ["x"] * 5_000}), "outreach-event")
    assert len(problems) == 21
    assert problems[0].startswith('entry 1 of `attendees` is the text "x"; write a list of at most 5000')
    assert problems[-1] == "4,980 more fields or entries are wrong."


def test_a_national_id_is_told_by_where_it_stands() -> None:
    hidden = {"a": [None, {"b": NATIONAL_ID}], NATIONAL_ID: [{NATIONAL_ID: NATIONAL_ID}]}
    problems = problems_of(line(inspection(source=NATIONAL_ID, note=hidden)), "inspection")
    assert [problem.partition(" exactly 16 digits")[0] for problem in problems] == [
        "`source` holds",
        '"b" in entry 2 of "a" in "note" holds',
        'the name of a field in "note" has',
        f'the name of a field in entry 1 of "{MASK}" in "note" has',
        f'"{MASK}" in entry 1 of "{MASK}" in "note" holds',
    ]


def test_of_very_many_national_ids_the_first_are_told() -> None:
    problems = problems_of(line(outreach() | {"attendees": [NATIONAL_ID] * 5_000}), "outreach-event")
    assert len(problems) == 21
    assert problems[19].startswith("entry 20 of `attendees` holds exactly 16 digits")
    assert problems[-1] == "4,980 more texts have exactly 16 digits."


def test_one_that_lies_deep_is_told_by_its_field_and_the_last_of_the_way() -> None:
    found: object = NATIONAL_ID
    for _ in range(200):
        found = {"x": found}
    (problem,) = problems_of(line(inspection(note=found)), "inspection")
    assert problem.startswith('"x" in "x" in something in "note" holds exactly 16 digits')


def test_too_long_a_list_is_told_once() -> None:
    (problem,) = problems_of(line(outreach(companies=["a"] * 1_001)), "outreach-event")
    assert problem.startswith("`companies` has too many entries; write a list of at most 1000")


@pytest.mark.parametrize(
    ("field", "found", "shown"),
    [
        (
            "source",
            "x" * 52 + " 3404071234567890 and more",
            f'the text "{"x" * 52} *******…" of 78 characters',
        ),
        ("kind", "nik 3404071234567890", 'the text "nik ****************"'),
        ("kind", "x" * 44 + "9" * 30, f'the text "{"x" * 44}****************…" of 74 characters'),
        ("revision", 3404071234567890, "****************"),
        ("revision", 10**25, "a number of more than 20 digits"),
        ("revision", [], "a list"),
    ],
)
def test_what_was_found_is_shown_cut_and_without_any_part_of_a_national_id(
    field: str, found: object, shown: str
) -> None:
    (problem,) = problems_of(line(enrollment(**{field: found})))  # type: ignore[arg-type]
    assert problem.startswith(f"`{field}` is {shown}; write")
