"""The reference list of places, and the errors of a wrong list."""

from pathlib import Path

import pytest

from models.places import Places, holds, level, regency
from models.reference import ReferenceFileError


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.load()


def written(folder: Path, text: str) -> Path:
    file = folder / "places.csv"
    file.write_text(text, encoding="utf-8")
    return file


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(ReferenceFileError) as caught:
        Places.load(written(folder, text))
    return str(caught.value).removeprefix(str(folder / "places.csv"))


def test_the_default_list_is_the_province_with_its_regencies_and_sub_districts(places: Places) -> None:
    levels = [level(code) for code in places.names]
    assert [levels.count(kind) for kind in ("province", "regency", "district")] == [1, 5, 78]
    assert len(places.sub_districts()) == 78


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("34", "34.04.07", True),
        ("34.04", "34.04.07", True),
        ("34.04.07", "34.04.07", True),
        ("34.04.07", "34.04.08", False),
        ("34.04", "34.71.07", False),
        ("34.04.07", "34.04", False),
        ("34.0", "34.04", False),
        ("3", "34", False),
    ],
)
def test_a_place_holds_itself_and_its_parts(outer: str, inner: str, expected: bool) -> None:  # noqa: FBT001
    assert holds(outer, inner) is expected


@pytest.mark.parametrize("text", ["", "3", "344", "34.4", "34.04.7", "34.04.07.01", "34,04", "٣٤", "34.04\n"])
def test_what_is_no_code_has_no_level(text: str) -> None:
    assert level(text) is None


def test_an_unknown_code_still_has_a_level_and_a_regency(places: Places) -> None:
    assert not places.known("34.99.01")
    assert (level("34.99.01"), regency("34.99.01")) == ("district", "34.99")


def test_places_are_told_by_name_and_a_sub_district_with_its_regency(places: Places) -> None:
    assert places.label("34.04.07") == "Depok, Kabupaten Sleman"
    assert places.label("34.71") == "Kota Yogyakarta"
    assert places.label("34") == "Daerah Istimewa Yogyakarta"
    assert places.name("34.04.07") == "Depok"


def test_a_place_that_the_list_does_not_know_is_told_by_its_code(places: Places) -> None:
    assert places.label("33.01") == "33.01"
    assert places.label("34.04.99") == "34.04.99, Kabupaten Sleman"


def test_line_order_quotes_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    plain = Places.load(written(tmp_path, "code,name\n34,Yogya\n34.04,Sleman\n34.04.07,Depok\n"))
    other = "\ufeffcode,name\r\n34.04.07,Depok\r\n\r\n34.04, Sleman\r\n34,Yogya\r\n"
    assert Places.load(written(tmp_path, other)) == plain


def test_the_digest_follows_the_codes_and_no_name(tmp_path: Path, places: Places) -> None:
    one = Places.load(written(tmp_path, "code,name\n34,Yogya\n34.04,Sleman\n34.04.07,Depok\n"))
    renamed = Places.load(written(tmp_path, "code,name\n34,DIY\n34.04,Sleman\n34.04.07,Depok\n"))
    assert one.digest == renamed.digest
    assert one.digest != places.digest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ", line 1: the columns are not `code,name`. Write `code,name` in the first line."),
        ("34,Yogya\n", ", line 1: the columns are not `code,name`. Write `code,name` in the first line."),
        (
            "code,name\n34;Yogya\n",
            (
                ", line 2: '34;Yogya' is not a code and a name. "
                "Write the code, a comma and the name, in quotes if it has a comma itself."
            ),
        ),
        (
            "code,name\n34,Yogya\n3404,Sleman\n",
            ", line 3: '3404' is not a place code. Use the official code: 34, 34.04 or 34.04.07.",
        ),
        (
            "code,name\n34,Yogya\n34,Jogja\n",
            ", line 3: 34 is listed twice. Keep one of the two lines.",
        ),
        (
            "code,name\n34,Yogya\n34.04.07,Depok\n",
            ": 34.04.07 is listed but 34.04, which holds it, is not. Add a line for 34.04.",
        ),
        (
            "code,name\n34,Yogya\n",
            ": no sub-district is listed. Add a line like `34.04.07,Depok`.",
        ),
    ],
)
def test_a_wrong_list_is_told_what_where_and_what_to_do(tmp_path: Path, text: str, expected: str) -> None:
    assert complaint(tmp_path, text) == expected


def test_a_list_that_is_not_there_or_not_text_is_told_so(tmp_path: Path) -> None:
    missing = tmp_path / "none.csv"
    with pytest.raises(ReferenceFileError) as caught:
        Places.load(missing)
    assert str(caught.value) == (
        f"{missing}: the place list cannot be read (No such file or directory). Check the path."
    )
    latin = tmp_path / "latin.csv"
    latin.write_bytes(b"code,name\n34,Yogy\xe9\n")
    with pytest.raises(ReferenceFileError, match=r"byte 17 is not UTF-8\. Save the file as UTF-8\."):
        Places.load(latin)
