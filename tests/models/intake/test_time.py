"""No megabyte takes the judge long, whatever is in it: who judges for minutes loses its partitions."""

from time import thread_time

import pytest

from models.intake.judging import LARGEST_VALUE_BYTES, judge
from models.intake.refusal import RawRecord, Refusal, rejected_record
from models.places import Places
from tests.builders import enrollment, line, outreach

PLACES = Places.load()
LONGEST_S = 3.0
"""Of this thread's own time; the slowest of them takes a quarter of that."""


def filled(name: str, unit: str, *, around: tuple[str, str] = ("[", "]"), event: bytes = b"") -> bytes:
    """An event with one more field, with a text repeated as often as there is room."""
    before = (event or line(enrollment()))[:-1] + f',"{name}":{around[0]}'.encode()
    after = f"{around[1]}}}".encode()
    times = (LARGEST_VALUE_BYTES - len(before) - len(after)) // len(unit.encode())
    return before + (unit * times).encode().removesuffix(b",") + after


QUOTES, BRACES, BARE = ('"', '"'), ("{", "}"), ("", "")
OUTREACH = line(outreach())
LONG = {
    "nesting": b"[" * LARGEST_VALUE_BYTES,
    "objects in each other": b'{"a":' * (LARGEST_VALUE_BYTES // 5),
    "lists side by side": filled("x", "[],"),
    "digits": filled("revision", "9", around=BARE),
    "digits of a fraction": filled("revision", "9", around=("0.", "")),
    "an exponent": filled("revision", "9", around=("1e", "")),
    "escapes": filled("source", "\\u0041", around=QUOTES),
    "backslashes": filled("source", "\\\\", around=QUOTES),
    "escaped digits": filled("source", "\\u0030", around=QUOTES),
    "national ids in a text": filled("source", "3404071708900001 ", around=QUOTES),
    "national ids": filled("attendees", '"3404071708900001",', event=OUTREACH),
    "wrong attendees": filled("attendees", "0,", event=OUTREACH),
    "objects as attendees": filled("attendees", "{},", event=OUTREACH),
    "wrong programs": filled("programs", "0,"),
    "one field again and again": filled("x", '"kind":"x",', around=BRACES),
    "many fields": line(enrollment())[:-1] + b"".join(b',"%x":1' % number for number in range(95_000)) + b"}",
    "an instant": filled("occurred_at", "1", around=('"2017-09-01T02:00:00.', '"')),
    "an open text": b'{"a":"' + b'\\"' * (LARGEST_VALUE_BYTES // 2 - 10),
    "a long name": line(enrollment())[:-1] + b',"' + b"1" * 1_000_000 + b'":1}',
}


@pytest.mark.parametrize("value", LONG.values(), ids=LONG)
def test_a_megabyte_is_refused_and_kept_within_seconds(value: bytes) -> None:
    assert len(value) <= LARGEST_VALUE_BYTES
    topic = "outreach-event" if value.startswith(OUTREACH[:30]) else "enrollment"
    started = thread_time()
    found = judge(topic, value, PLACES)
    assert isinstance(found, Refusal)
    rejected_record(found, (topic, 0, 0), RawRecord(None, value, ()))
    assert thread_time() - started < LONGEST_S


def test_a_list_that_is_cut_to_be_told_of_is_read_to_its_end() -> None:
    right, wrong = '"JKK",' * 100_000, '"JKP",' * 30
    for programs, refused in ((right + '"JP"', False), (right + wrong + '"JP"', True)):
        value = line(enrollment())[:-1] + f',"programs":[{programs}]}}'.encode()
        found = judge("enrollment", value, PLACES)
        assert isinstance(found, Refusal) is refused
        assert not refused or found.errors[0].startswith("entry 100,001 of `programs` is")  # type: ignore[union-attr]
