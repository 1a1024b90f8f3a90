"""Refused records: complete but for masked national ids, small enough for their topic, and restored."""

import json
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.intake.masking import mask
from models.intake.raw_bytes import PACKED_HEADER, pack_headers, unpack_headers
from models.intake.refusal import (
    LARGEST_RECORD_BYTES,
    Header,
    RawRecord,
    Reason,
    Refusal,
    Rejected,
    decode_rejected,
    rejected_line,
    rejected_record,
)
from models.intake.request_refusal import rejected_event
from sinks.rejected.decide import digest

NATIONAL_ID = b"3404071234567890"
MASKED = b"*" * 16
REFUSAL = Refusal(Reason.INVALID, ("`place` is missing.",))
MIB = 1024 * 1024

parts = st.one_of(
    st.none(),
    st.binary(),
    st.sampled_from(
        [NATIONAL_ID, b"base64:", b"base64:AAAA", b"a\0b", b"\xff" + NATIONAL_ID, b'"\\', b"\xc2\x85"]
    ),
)
names = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.sampled_from([PACKED_HEADER, "\0", "base64:AA==", b"\xff", b"\xff" + NATIONAL_ID, b"\xed\xa0\x80"]),
)


def rejected_with(key: bytes | None = b"k", value: bytes | None = b"{}", headers: Any = ()) -> Rejected:
    return decode_rejected(rejected_record(REFUSAL, ("enrollment", 2, 40), RawRecord(key, value, headers)))


def test_reasons_stand_in_the_order_in_which_they_are_sought() -> None:
    assert [*Reason] == [
        "too_large",
        "not_json",
        "wrong_topic",
        "raw_national_id",
        "invalid",
        "unknown_place",
        "conflict",
    ]


def test_a_record_is_kept_as_text_with_where_it_lay() -> None:
    record = rejected_record(
        REFUSAL,
        ("enrollment", 2, 40),
        RawRecord(b"key", '{"é":"\t"}'.encode(), [("h", b"\xff"), ("i", None)]),
    )
    assert json.loads(record) == {
        "reason": "invalid",
        "errors": ["`place` is missing."],
        "topic": "enrollment",
        "partition": 2,
        "offset": 40,
        "file": None,
        "line": None,
        "key": "key",
        "value": '{"é":"\t"}',
        "headers": [{"key": "h", "value": "base64:/w=="}, {"key": "i", "value": None}],
    }


def test_a_line_is_kept_with_its_file_and_number() -> None:
    rejected = decode_rejected(rejected_line(REFUSAL, "daftar\udcff.ndjson", 7, b"hello"))
    assert (rejected.file, rejected.line, rejected.value) == ("daftar\\udcff.ndjson", 7, "hello")
    assert rejected.topic is rejected.partition is rejected.offset is rejected.key is None


@given(parts, parts, st.lists(st.tuples(names, parts), max_size=4))
def test_what_is_kept_comes_back_byte_for_byte_but_for_what_is_masked(
    key: bytes | None, value: bytes | None, headers: list[tuple[str | bytes, bytes | None]]
) -> None:
    back = rejected_with(key, value, headers).raw()
    assert back[0] == (key and mask(key))
    assert back[1] == (value and mask(value))
    hidden = [(name.replace(NATIONAL_ID, MASKED) if isinstance(name, bytes) else name) for name, _ in headers]
    assert list(back[2]) == list(zip(hidden, [found and mask(found) for _, found in headers], strict=True))


@given(st.lists(st.tuples(names, parts), max_size=4))
def test_packed_headers_come_back_as_the_reader_of_a_topic_hands_them_out(
    headers: list[tuple[str | bytes, bytes | None]],
) -> None:
    assert unpack_headers(pack_headers(headers)) == headers


@given(st.binary(max_size=12) | st.binary(max_size=6).map(lambda end: b"\x92" + end))
def test_packed_headers_of_anybody_else_are_read_or_are_none(packed: bytes) -> None:
    headers = unpack_headers(packed)
    assert headers is None or unpack_headers(pack_headers(headers)) == headers


def test_what_looks_like_packed_headers_and_is_not_is_kept() -> None:
    rejected = msgspec.structs.replace(
        rejected_with(), headers=(Header(key=PACKED_HEADER, value="base64:!"),)
    )
    assert rejected.raw()[2] == [(PACKED_HEADER, b"base64:!")]


def test_of_too_much_only_as_much_is_left_out_as_must_be() -> None:
    large = b"\xff" * (7 * MIB)
    for key, headers, left in (
        (b"k", [("h", large)], "The headers are left out: 1 headers of 7,340,033 bytes"),
        (large, [("h", b"v")], "The key is left out: a key of 7,340,032 bytes"),
        (large, [("h", large)], "Key and headers are left out: a key of 7,340,032 bytes and 1 headers"),
    ):
        rejected = rejected_with(key, b"{}", headers)
        assert rejected.value == "{}"
        assert rejected.errors[-1].startswith(left)
        assert (rejected.key, len(rejected.headers)) == (None if key == large else "k", headers[0][1] == b"v")


def test_national_ids_are_masked_in_key_value_headers_and_errors_whatever_the_reason() -> None:
    text = NATIONAL_ID.decode()
    refusal = Refusal(Reason.TOO_LARGE, (f"found {text}",))
    record = rejected_record(
        refusal, ("enrollment", 0, 1), RawRecord(NATIONAL_ID, b"x" + NATIONAL_ID, [(text, NATIONAL_ID)])
    )
    assert NATIONAL_ID not in record
    assert record.count(MASKED) == 5


@pytest.mark.parametrize(
    ("found", "hidden"),
    [
        (NATIONAL_ID, MASKED),
        (b"a" + NATIONAL_ID + b"b", b"a" + MASKED + b"b"),
        (b"%b,%b" % (NATIONAL_ID, NATIONAL_ID), b"%b,%b" % (MASKED, MASKED)),
        (b"1" + NATIONAL_ID, b"1" + NATIONAL_ID),
        (NATIONAL_ID[1:], NATIONAL_ID[1:]),
        (b"\xff" + NATIONAL_ID + b"\x00", b"\xff" + MASKED + b"\x00"),
        (rb'"\u00a03404071234567890"', rb'"\u00a0****************"'),
        (rb'"\u20133404071234567890"', rb'"\u2013****************"'),
        (rb'"\u0033\u0034040712345678\u0039\u0030"', b'"****************"'),
        (rb'"\\u00333404071234567890"', rb'"\\u00333404071234567890"'),
        (rb'"\\\u0033404071234567890"', rb'"\\****************"'),
        (rb"C:\3404071234567890 \u", rb"C:\**************** \u"),
        (NATIONAL_ID + rb"\u0039" + NATIONAL_ID[1:], MASKED + MASKED),
    ],
)
def test_a_run_of_exactly_16_digits_is_masked_as_bytes_and_as_json_has_it(
    found: bytes, hidden: bytes
) -> None:
    assert mask(found) == hidden


@given(st.lists(st.sampled_from([b"1", b"2" * 15, b"3" * 16, b"\\", rb"\u0039", rb"\u00e9", b"x", b"\xff"])))
def test_no_run_of_16_is_left_and_masking_again_changes_nothing(pieces: list[bytes]) -> None:
    hidden = mask(b"".join(pieces))
    assert not re.search(rb"(?<![0-9])[0-9]{16}(?![0-9])", hidden)
    assert mask(hidden) == hidden


@pytest.mark.parametrize(
    "unit", [b"\x00", b"\x01", b'"', b"\\", b"\xff", "é".encode(), b"1a", rb"\u0031"], ids=repr
)
def test_four_mebibytes_of_anything_fit_and_come_back(unit: bytes) -> None:
    value = unit * (4 * MIB // len(unit))
    record = rejected_record(REFUSAL, ("enrollment", 0, 1), RawRecord(b"k", value, ()))
    assert len(record) <= LARGEST_RECORD_BYTES < 8 * MIB
    assert decode_rejected(record).raw()[1] == value


@pytest.mark.parametrize("header", [("", None), ("", b""), ("\x00", b"\xff"), ("a", b"1")])
def test_many_headers_take_less_than_twice_their_bytes_in_kafka_and_come_back(header: Any) -> None:
    headers = [header] * 20_000
    in_kafka = len(headers) * (2 + len(header[0]) + len(header[1] or b""))
    record = rejected_record(REFUSAL, ("enrollment", 0, 1), RawRecord(b"k", b"", headers))
    assert len(record) < 2 * in_kafka
    assert decode_rejected(record).raw()[2] == headers


def test_what_is_too_large_for_the_topic_is_told_without_its_content() -> None:
    rejected = rejected_with(value=b"\xff" * (7 * MIB))
    assert rejected.value is None
    assert rejected.errors[-1] == (
        "The content is left out: 7,340,032 bytes with 0 headers are more than can be kept here; "
        "look for it where it came from."
    )


def test_an_event_that_a_gateway_refused_has_the_same_key_for_the_same_bytes() -> None:
    value = b'{"nik": "3404071234567890"}'
    key, record = rejected_event(REFUSAL, "kios-godean", "q1w2e3", value)
    found = decode_rejected(record)
    assert (found.file, found.line, found.topic) == ("gateway/kios-godean", None, None)
    assert found.value == '{"nik": "****************"}'
    assert (found.key, found.raw_headers()) == (key.decode(), [("sambung-request", b"q1w2e3")])
    again, other = rejected_event(REFUSAL, "kios-godean", "r4t5", value), decode_rejected(record)
    assert again[0] == key
    assert digest(decode_rejected(again[1])) == digest(other)


def test_no_key_of_a_refused_event_lets_a_national_id_be_tried_out() -> None:
    keys = {rejected_event(REFUSAL, "a", "1", f'{{"x": "{10**15 + n}"}}'.encode())[0] for n in range(9)}
    assert len(keys) == 1
