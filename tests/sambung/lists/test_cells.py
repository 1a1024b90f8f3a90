"""What single cells say, and what a spreadsheet has made of them."""

from datetime import date, datetime, time

import pytest

from models.places import LEVELS, Places
from sambung.lists.cells import Cell, CellError, code_of, entries_of, national_id_of, whole_number_of
from sambung.lists.dates import instant_of
from sambung.lists.place_names import PlaceNames
from sambung.lists.words import word_of

NONE = Cell(None)


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("31/12/2017", "2017-12-30T17:00:00.000000Z"),
        ("31-12-2017 08.30 WIB", "2017-12-31T01:30:00.000000Z"),
        ("31-12-2017 08:30:15", "2017-12-31T01:30:15.000000Z"),
        ("31.12.2017 pukul 08.30 WITA", "2017-12-31T00:30:00.000000Z"),
        ("31/12/2017, 08.30 wit", "2017-12-30T23:30:00.000000Z"),
        ("1 Januari 2017", "2016-12-31T17:00:00.000000Z"),
        ("17 Agustus 2017 10.00", "2017-08-17T03:00:00.000000Z"),
        ("17-Agt-2017", "2017-08-16T17:00:00.000000Z"),
        ("5 Mei 2017", "2017-05-04T17:00:00.000000Z"),
        ("2017-12-31", "2017-12-30T17:00:00.000000Z"),
        ("2017-12-31 08:30", "2017-12-31T01:30:00.000000Z"),
        ("2017-12-31T08:30:00+09:00", "2017-12-30T23:30:00.000000Z"),
        (datetime(2017, 12, 31, 8, 30), "2017-12-31T01:30:00.000000Z"),  # noqa: DTZ001  as spreadsheets have it
        (date(2017, 12, 31), "2017-12-30T17:00:00.000000Z"),
    ],
)
def test_dates_as_people_write_them(value: object, instant: str) -> None:
    assert instant_of(Cell(value), NONE) == instant


@pytest.mark.parametrize("clock", ["08.30", "8:30", "08.30 WIB", time(8, 30), datetime(1899, 12, 30, 8, 30)])  # noqa: DTZ001
def test_a_time_in_a_column_of_its_own(clock: object) -> None:
    assert instant_of(Cell("31/12/2017"), Cell(clock)) == "2017-12-31T01:30:00.000000Z"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("12/31/2017", "no calendar"),
        ("30/02/2017", "no calendar"),
        ("31/12/17", "write day, month and year"),
        ("kemarin", "write day, month and year"),
        ("31/12/2017 25.00", "no calendar and no clock"),
        ("31/12/2017 08.30 CET", "WIB, WITA and WIT"),
        ("3 Foo 2017", "no calendar"),
        (43_100, "has the number"),
        (True, "has the number"),
    ],
)
def test_what_is_no_date_is_told(value: object, problem: str) -> None:
    with pytest.raises(CellError, match=problem):
        instant_of(Cell(value), NONE)


def test_two_times_of_day_are_one_too_many() -> None:
    with pytest.raises(CellError, match="time of day already"):
        instant_of(Cell("31/12/2017 08.30"), Cell("08.30"))
    with pytest.raises(CellError, match=r"write it as 08\.30"):
        instant_of(Cell("31/12/2017"), Cell("pagi"))


@pytest.mark.parametrize(
    ("value", "shown_as", "code"),
    [
        (" w-1\xa0", "", "w-1"),
        ("'0012", "", "0012"),
        (17034198689, "General", "17034198689"),
        (17034198689.0, "0", "17034198689"),
        (123, "00000000", "00000123"),
    ],
)
def test_codes_that_a_spreadsheet_left_whole(value: object, shown_as: str, code: str) -> None:
    assert code_of(Cell(value, shown_as)) == code


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (1.5, "may have changed"),
        (3404071503850001, "15 digits only"),
        (-5, "15 digits only"),
        ("3,40407E+15", "dropped digits"),
        ("1.7E10", "dropped digits"),
        (datetime(2017, 4, 7), "was made a date"),  # noqa: DTZ001
        (True, "truth value"),
    ],
)
def test_codes_that_a_spreadsheet_spoiled_are_told(value: object, problem: str) -> None:
    with pytest.raises(CellError, match=problem):
        code_of(Cell(value))


@pytest.mark.parametrize(
    "text", ["3404071503850001", "34.0407.150385.0001", "'3404071503850001", "3404 0715 0385 0001"]
)
def test_national_ids_as_people_group_them(text: str) -> None:
    assert national_id_of(Cell(text)) == "3404071503850001"


@pytest.mark.parametrize(
    "value",
    [3404071503850000, 3.404071503850001e15, "340407150385000", "34040715038500011", "34O4071503850001"],
)
def test_a_wrong_national_id_is_told_without_a_digit_of_it(value: object) -> None:
    with pytest.raises(CellError, match="a national id has 16") as error:
        national_id_of(Cell(value))
    assert "3404" not in str(error.value)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (150, 150),
        (150.0, 150),
        ("150", 150),
        ("1.500", 1_500),
        ("Rp 1.500.000,00", 1_500_000),
        ("Rp.2.000,-", 2_000),
        ("1,500", 1_500),
    ],
)
def test_numbers_as_people_write_them(value: object, number: int) -> None:
    assert whole_number_of(Cell(value)) == number


@pytest.mark.parametrize("value", [1.5, "1,5", "1.50", "banyak", True, "1.5.00", "-5"])
def test_what_is_no_whole_number_is_told(value: object) -> None:
    with pytest.raises(CellError, match="write a whole number"):
        whole_number_of(Cell(value))


def test_several_entries_of_a_cell() -> None:
    assert [one.value for one in entries_of(Cell("a, b;c\nd  e"))] == ["a", "b", "c", "d", "e"]
    assert entries_of(Cell("  ")) == []


@pytest.mark.parametrize("text", ["", "  ", "-", "\u2013", None])
def test_a_dash_says_nothing(text: str | None) -> None:
    assert Cell(text).blank


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("34.04.07", "34.04.07"),
        ("Depok", "34.04.07"),
        ("KEC. DEPOK", "34.04.07"),
        ("Kapanewon Depok, Kab. Sleman", "34.04.07"),
        ("Jetis, Kota Yogyakarta", "34.71.02"),
        ("Jetis (Bantul)", "34.02.09"),
        ("Sleman", "34.04.13"),
    ],
)
def test_places_by_code_and_name(value: str, code: str) -> None:
    assert PlaceNames(Places.load(), {"district"}).code(Cell(value)) == code


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("Jetis", r"34\.02\.09 \(Jetis, Kabupaten Bantul\) or 34\.71\.02"),
        ("Sleman", r"34\.04 \(Kabupaten Sleman\) or 34\.04\.13"),
        ("Depock", "no place of the list is called"),
        (34.04, "made of a code"),
        (340407, "made of a code"),
        (datetime(2007, 4, 7), "was made a date"),  # noqa: DTZ001
    ],
)
def test_a_place_that_nobody_can_tell(value: object, problem: str) -> None:
    with pytest.raises(CellError, match=problem):
        PlaceNames(Places.load(), LEVELS).code(Cell(value))


def test_words_of_events() -> None:
    assert word_of("kind", Cell("Tenaga Kerja")) == "worker"
    assert word_of("channel", Cell("Jalan Sehat")) == "healthy_walk"
    assert word_of("stage", Cell("SP1")) == "sp1"
    assert word_of("outcome", Cell("tidak ditemukan")) == "not_found"
    assert word_of("status", Cell("Batal")) == "cancelled"
    assert word_of("channel", Cell("sirkus")) == "sirkus"
