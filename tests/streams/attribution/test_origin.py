"""The original of a record that is sent again, and headers of clients that only look like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.intake.raw_bytes import pack_headers
from streams.attribution.origin import LEFT_OUT, Original, headers_to_resend, original_of, parse_position
from streams.step import Headers, Record

HERE = "enrollment", 0, 7
ID = b"an event's id"
ORIGIN, KEY, PACKED = "sambung-origin", "sambung-original-key", "sambung-original-headers"
THERE = (ORIGIN, b"enrollment/1/5")

VALUES = st.sampled_from(
    [None, b"", b"x", b"enrollment/1/5", b"enrollment/1/x", pack_headers([("a", None)]), b"\x80", b"\xff"]
)
NAMES = st.sampled_from([ORIGIN, KEY, PACKED, LEFT_OUT, "", "h", b"\xff"])
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=6).map(tuple)


def found(
    *headers: tuple[str | bytes, bytes | None], key: bytes | None = ID, value: bytes = b"{}"
) -> Original:
    return original_of(Record(7, 0, key, value, headers), HERE, ID)


@pytest.mark.parametrize(
    ("header", "position"),
    [
        (b"enrollment/0/0", ("enrollment", 0, 0)),
        (b"outreach-event/2147483647/9223372036854775807", ("outreach-event", 2**31 - 1, 2**63 - 1)),
        (b"inspection/12/340", ("inspection", 12, 340)),
        (b"inspection/2147483648/0", None),
        (b"inspection/0/9223372036854775808", None),
        (b"inspection/0/" + b"9" * 5_000, None),
        (b"inspection/-1/0", None),
        (b"inspection/+1/0", None),
        (b"inspection/1_0/0", None),
        (b"inspection/ 1/0", None),
        (b"inspection/01/0", None),
        ("inspection/\u0661/0".encode(), None),
        (b"inspection/1/0\n", None),
        (b"inspection/1", None),
        (b"inspection/1/0/", None),
        (b"Inspection/1/0", None),
        (b"rejected/1/0", None),
        (b"x", None),
        (b"", None),
        (b"\xff", None),
    ],
)
def test_a_position_is_a_public_input_and_two_numbers_that_a_store_can_hold(
    header: bytes, position: tuple[str, int, int] | None
) -> None:
    original = found((ORIGIN, header), ("h", b"v"))
    assert parse_position(header) == position
    assert original.position == (position or HERE)
    assert ((ORIGIN, header) in original.headers) is (position is None)


def test_without_a_position_every_header_belongs_to_the_client() -> None:
    headers = ((KEY, b"k"), (PACKED, pack_headers([])), (ORIGIN, None), (ORIGIN, b"x"), (LEFT_OUT, b"all"))
    assert found(*headers) == (ID, headers, HERE)


def test_a_position_alone_claims_no_other_key() -> None:
    assert found(("h", b"v"), THERE, key=b"its own") == (b"its own", (("h", b"v"),), ("enrollment", 1, 5))
    assert found((ORIGIN, b"inspection/1/5")).key == ID
    assert found(THERE, ("h", b"v")).key == ID


def test_of_several_positions_the_last_counts_and_the_others_are_headers() -> None:
    first, bad = (ORIGIN, b"inspection/3/3"), (ORIGIN, b"bad")
    assert found(first, THERE, bad, (KEY, None)).headers == (first, bad, (KEY, None))


def test_a_record_that_release_0_1_0_sent_again_is_understood() -> None:
    header = ("h", b"v")
    assert found(header, THERE, (KEY, b"k")) == (b"k", (header,), ("enrollment", 1, 5))
    assert found(header, THERE) == (None, (header,), ("enrollment", 1, 5))


def test_packed_headers_that_cannot_be_read_are_a_header() -> None:
    for packed in (b"", b"\xff", b"\x91\xc0", pack_headers([("a", b"b")])[:-1], b"\xdd\xff\xff\xff\xff"):
        assert found((PACKED, packed), THERE, ("h", b"v")).headers == ((PACKED, packed), ("h", b"v"))


def test_a_value_that_may_have_to_be_left_out_is_known_by_its_own_position() -> None:
    assert found(THERE, value=b"x" * (4 << 20)) == (ID, (THERE,), HERE)


@given(st.sampled_from([None, b"", b"k"]), HEADERS)
def test_a_record_that_is_sent_again_and_again_keeps_its_original(
    key: bytes | None, headers: Headers
) -> None:
    first = original_of(Record(7, 0, key, b"{}", headers), HERE, ID)
    resent = headers_to_resend(first, b"{}")
    assert all(isinstance(name, str) and value is not None for name, value in resent)
    assert original_of(Record(9, 0, ID, b"{}", resent), ("enrollment", 1, 9), ID) == first


def test_of_a_key_or_headers_that_do_not_fit_the_size_is_given() -> None:
    many: Headers = (("h", b"v" * (3 << 20)), ("i", b"v" * (1 << 20)))
    for first, key, values in (
        (Original(b"k", many, HERE), b"k", (b"2 headers",)),
        (Original(b"k" * (5 << 20), (("h", b"v"),), HERE), None, (b"v", b"a key of 5,242,880 bytes")),
        (Original(b"k" * (5 << 20), many, HERE), None, (b"2 headers", b"a key of 5,242,880 bytes")),
    ):
        shown = original_of(Record(9, 0, ID, b"{}", headers_to_resend(first, b"{}")), HERE)
        assert (shown.key, tuple(value for _, value in shown.headers), shown.position) == (key, values, HERE)
