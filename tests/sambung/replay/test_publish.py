"""Every line can be sent to a topic, whatever it contains."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.intake.refusal import decode_rejected
from sambung.lines import Line, lines_of
from sambung.replay import publish
from sambung.replay.publish import Publisher
from streams.topics.names import REJECTED
from tests.builders import Event, enrollment, line
from tests.oracle.broken import FLAWS, SAMPLES

MIB = 1 << 20
TOPIC_BYTES = 4 * MIB
ROOM_BYTES = 1_024
"""For the framing of a record and its batch."""


def sent(text: bytes, file: str = "april.ndjson") -> tuple[str, bytes, bytes]:
    return addressed(Line(file, 7, text))


def addressed(one: Line) -> tuple[str, bytes, bytes]:
    nobody: Any = None
    return Publisher(nobody, 4, lambda _: None)._addressed(one)


def test_an_event_goes_to_the_topic_of_its_type_under_its_id() -> None:
    event = enrollment()
    assert sent(line(event)) == ("enrollment", event["event_id"].encode(), line(event))


@pytest.mark.parametrize("event_id", ["x" * (3 * MIB), "é" * 65, 5, None, ["x"], {"a": "b"}])
def test_an_id_that_is_none_is_no_key_and_so_no_record_is_too_large_for_its_topic(event_id: object) -> None:
    event: Event = enrollment(event_id=event_id)
    topic, key, value = sent(line(event))
    assert (topic, key, value) == ("enrollment", b"", line(event))
    assert len(value) + ROOM_BYTES < TOPIC_BYTES


def test_a_file_whose_name_is_no_utf8_is_named_all_the_same(tmp_path: Path) -> None:
    name = os.fsdecode(b"daftar\xff.ndjson")
    try:
        (tmp_path / name).write_bytes(b"no event\n")
    except OSError:
        pytest.skip("a file cannot have such a name here")
    ((topic, key, value),) = (addressed(one) for one in lines_of(str(tmp_path / name)))
    assert topic == REJECTED
    assert key == f"{tmp_path}/daftar\\udcff.ndjson:1".encode()
    assert decode_rejected(value).file == f"{tmp_path}/daftar\\udcff.ndjson"


FLAWED = st.sampled_from([flaw for flaws in FLAWS for flaw in flaws]).map(
    lambda flaw: flaw.spoil(SAMPLES[flaw.type])
)
DEEP = st.sampled_from([200, 300, 100_000]).map(
    lambda deep: line(enrollment())[:-1] + b',"x":' + b"[" * deep + b"]" * deep + b"}"
)


@given(st.binary() | FLAWED | DEEP)
def test_any_line_is_addressed(text: bytes) -> None:
    topic, key, value = sent(text)
    assert topic in {*SAMPLES, REJECTED}
    assert len(key) <= 300
    assert topic == REJECTED or value == text


def test_long_lines_are_sent_in_smaller_chunks() -> None:
    lines = iter([Line("-", number, b"x" * MIB) for number in range(100)])
    chunks = []
    while chunk := list(publish._chunk(lines)):
        chunks.append(len(chunk))
    assert chunks == [32, 32, 32, 4]
