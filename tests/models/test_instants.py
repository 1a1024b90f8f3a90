"""Instants: valid texts, their values, and canonical text."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.instants import DAY_US, PATTERN, canonical, month_in_jakarta, parse, sql_text
from tests.oracle.clock import canonical_instant, read_instant

FIRST_US = -2_208_988_800_000_000  # 1900-01-01T00:00:00Z
LAST_US = 4_133_980_799_999_999  # 2100-12-31T23:59:59.999999Z
instants = st.integers(FIRST_US, LAST_US)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2017-09-01T02:00:00Z", "2017-09-01T02:00:00.000000Z"),
        ("2017-09-01T09:00:00+07:00", "2017-09-01T02:00:00.000000Z"),
        ("2017-08-31T21:30:00-04:30", "2017-09-01T02:00:00.000000Z"),
        ("2017-09-01T02:00:00-00:00", "2017-09-01T02:00:00.000000Z"),
        ("2017-09-01T02:00:00.5Z", "2017-09-01T02:00:00.500000Z"),
        ("2017-09-01T02:00:00.1234567Z", "2017-09-01T02:00:00.123456Z"),
        ("2017-09-01T02:00:00.999999999+00:00", "2017-09-01T02:00:00.999999Z"),
        ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
        ("2017-09-01T02:00:00." + "9" * 5000 + "Z", "2017-09-01T02:00:00.999999Z"),
        ("2000-02-29T00:00:00+23:59", "2000-02-28T00:01:00.000000Z"),
        ("1900-01-01T00:00:00Z", "1900-01-01T00:00:00.000000Z"),
        ("2100-12-31T23:59:59.9999999Z", "2100-12-31T23:59:59.999999Z"),
    ],
)
def test_an_instant_is_cut_to_microseconds_and_printed_in_utc(text: str, utc: str) -> None:
    assert canonical(parse(text)) == utc


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2017-09-01",
        "2017-09-01T02:00:00",
        "2017-09-01 02:00:00Z",
        "2017-09-01t02:00:00Z",
        "2017-09-01T02:00:00z",
        "2017-09-01T02:00Z",
        "2017-09-01T02:00:00.Z",
        "2017-09-01T02:00:00,5Z",
        "2017-09-01T02:00:00+0700",
        "2017-09-01T02:00:00+07",
        "2017-09-01T02:00:00+07:60",
        "2017-09-01T02:00:00+24:00",
        "2017-09-01T02:00:00\u221207:00",
        "2017-09-01T24:00:00Z",
        "2017-09-01T02:60:00Z",
        "2016-12-31T23:59:60Z",
        "2017-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2017-04-31T00:00:00Z",
        "2017-13-01T00:00:00Z",
        "2017-00-01T00:00:00Z",
        "2017-01-00T00:00:00Z",
        "2017-W35-5T00:00:00Z",
        "20170901T020000Z",
        "1899-12-31T23:59:59Z",
        "2101-01-01T00:00:00Z",
        " 2017-09-01T02:00:00Z",
        "2017-09-01T02:00:00Z\n",
        "2017-09-01T02:00:00Z\x00",
        "٢٠١٧-09-01T02:00:00Z",
    ],
)
def test_anything_else_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError, match="no instant"):
        parse(text)


@pytest.mark.parametrize("text", ["1900-01-01T06:59:59+07:00", "2100-12-31T23:59:59-00:01"])
def test_the_year_counts_in_utc_too_so_canonical_text_can_be_read_again(text: str) -> None:
    with pytest.raises(ValueError, match="1900 to 2100 in UTC"):
        parse(text)


@given(instants)
def test_canonical_text_and_parse_undo_each_other(instant_us: int) -> None:
    text = canonical(instant_us)
    assert parse(text) == instant_us
    assert len(text) == 27
    assert sql_text(instant_us) == text.replace("T", " ").removesuffix("Z")


@given(instants, instants)
def test_texts_sort_as_the_instants_do(one: int, other: int) -> None:
    assert (one < other) == (canonical(one) < canonical(other)) == (sql_text(one) < sql_text(other))


@given(st.integers(FIRST_US + DAY_US, LAST_US - DAY_US), st.integers(-23 * 60 - 59, 23 * 60 + 59))
def test_every_offset_tells_the_same_instant(instant_us: int, offset_minutes: int) -> None:
    there = timezone(timedelta(minutes=offset_minutes))
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant_us)
    assert parse(moment.astimezone(there).isoformat()) == instant_us


FORMED = st.from_regex(f"^{PATTERN}$", fullmatch=True)
WHOLE_SECONDS = st.builds("{:%Y-%m-%dT%H:%M:%S}{}".format, st.datetimes(), st.sampled_from(["Z", "+07:00"]))


@given(FORMED | WHOLE_SECONDS, st.integers(0, 30), st.text("0129:T+-Z\u0660\n", max_size=1))
def test_looked_up_in_pieces_or_read_as_a_whole_an_instant_is_the_oracles(
    formed: str, at: int, put: str
) -> None:
    text = formed[:at] + put + formed[at + len(put) :]
    expected = read_instant(text)
    if expected is None:
        with pytest.raises(ValueError, match="instant"):
            parse(text)
    else:
        assert parse(text) == expected
        assert canonical(expected) == canonical_instant(expected)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2017-08-31T16:59:59.999999Z", "2017-08"),
        ("2017-08-31T17:00:00Z", "2017-09"),
        ("2017-12-31T17:00:00Z", "2018-01"),
        ("1963-12-31T16:29:59Z", "1963-12"),  # +07:30 then
        ("1963-12-31T16:30:00Z", "1963-12"),  # +07:00 from this moment on: 23:30
        ("1963-12-31T17:00:00Z", "1964-01"),
    ],
)
def test_a_month_is_the_one_on_jakartas_calendar(text: str, month: str) -> None:
    assert month_in_jakarta(parse(text)) == month


@given(instants)
def test_the_quick_month_is_the_zone_files_month(instant_us: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant_us)
    there = moment.astimezone(ZoneInfo("Asia/Jakarta"))
    assert month_in_jakarta(instant_us) == f"{there.year}-{there.month:02}"
