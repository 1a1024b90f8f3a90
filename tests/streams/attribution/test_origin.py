"""Where a record first lay: what headers of ours say of it, and what those of a client do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.intake.raw_bytes import pack_headers
from streams.attribution.origin import LEFT_OUT, Came, came, once_more, read_place
from streams.step import Headers, Record

LAY = "enrollment", 0, 7
ID = b"an event's id"
ORIGIN, KEY, PACKED = "sambung-origin", "sambung-original-key", "sambung-original-headers"
PLACE = (ORIGIN, b"enrollment/1/5")

VALUES = st.sampled_from(
    [None, b"", b"x", b"enrollment/1/5", b"enrollment/1/x", pack_headers([("a", None)]), b"\x80", b"\xff"]
)
NAMES = st.sampled_from([ORIGIN, KEY, PACKED, LEFT_OUT, "", "h", b"\xff"])
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=6).map(tuple)


def seen(*headers: tuple[str | bytes, bytes | None], key: bytes | None = ID, value: bytes = b"{}") -> Came:
    return came(Record(7, 0, key, value, headers), LAY, ID)


@pytest.mark.parametrize(
    ("said", "place"),
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
def test_a_place_is_a_public_input_and_two_numbers_that_a_store_can_hold(
    said: bytes, place: tuple[str, int, int] | None
) -> None:
    assert read_place(said) == place
    assert seen((ORIGIN, said), ("h", b"v")).lay == (place or LAY)
    assert ((ORIGIN, said) in seen((ORIGIN, said), ("h", b"v")).headers) is (place is None)


def test_without_a_place_every_header_is_shown_as_it_came() -> None:
    headers = ((KEY, b"k"), (PACKED, pack_headers([])), (ORIGIN, None), (ORIGIN, b"x"), (LEFT_OUT, b"all"))
    assert seen(*headers) == (ID, headers, LAY)


def test_a_place_alone_claims_no_other_key() -> None:
    assert seen(("h", b"v"), PLACE, key=b"its own") == (b"its own", (("h", b"v"),), ("enrollment", 1, 5))
    assert seen((ORIGIN, b"inspection/1/5")).key == ID
    assert seen(PLACE, ("h", b"v")).key == ID


def test_of_several_places_the_last_counts_and_the_others_are_headers() -> None:
    first, bad = (ORIGIN, b"inspection/3/3"), (ORIGIN, b"bad")
    assert seen(first, PLACE, bad, (KEY, None)).headers == (first, bad, (KEY, None))


def test_what_release_0_1_0_put_back_is_understood() -> None:
    header = ("h", b"v")
    assert seen(header, PLACE, (KEY, b"k")) == (b"k", (header,), ("enrollment", 1, 5))
    assert seen(header, PLACE) == (None, (header,), ("enrollment", 1, 5))


def test_packed_headers_that_cannot_be_read_are_a_header() -> None:
    for packed in (b"", b"\xff", b"\x91\xc0", pack_headers([("a", b"b")])[:-1], b"\xdd\xff\xff\xff\xff"):
        assert seen((PACKED, packed), PLACE, ("h", b"v")).headers == ((PACKED, packed), ("h", b"v"))


def test_a_value_that_may_have_to_be_left_out_is_known_by_its_own_place() -> None:
    assert seen(PLACE, value=b"x" * (4 << 20)) == (ID, (PLACE,), LAY)


@given(st.sampled_from([None, b"", b"k"]), HEADERS)
def test_a_record_that_is_sent_once_more_again_and_again_is_shown_as_at_first(
    key: bytes | None, headers: Headers
) -> None:
    first = came(Record(7, 0, key, b"{}", headers), LAY, ID)
    again = once_more(first, b"{}")
    assert all(isinstance(name, str) and value is not None for name, value in again)
    assert came(Record(9, 0, ID, b"{}", again), ("enrollment", 1, 9), ID) == first


def test_what_there_is_no_room_for_is_told_by_its_size() -> None:
    many: Headers = (("h", b"v" * (3 << 20)), ("i", b"v" * (1 << 20)))
    for first, key, told in (
        (Came(b"k", many, LAY), b"k", (b"2 headers",)),
        (Came(b"k" * (5 << 20), (("h", b"v"),), LAY), None, (b"v", b"a key of 5,242,880 bytes")),
        (Came(b"k" * (5 << 20), many, LAY), None, (b"2 headers", b"a key of 5,242,880 bytes")),
    ):
        shown = came(Record(9, 0, ID, b"{}", once_more(first, b"{}")), LAY)
        assert (shown.key, tuple(value for _, value in shown.headers), shown.lay) == (key, told, LAY)
