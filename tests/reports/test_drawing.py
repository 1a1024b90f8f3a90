"""Pictures as SVG text: sound, escaped, to scale, and every sub-district in its own tile."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.places import Places, regency
from reports.drawing import bars, rows, tiles
from reports.drawing.print_style import PRINT_STYLE, as_file
from reports.drawing.svg import WIDTH

SVG = "{http://www.w3.org/2000/svg}"
AWKWARD = "<b> & \"quoted\" 'name'"


def elements(svg: str, class_: str) -> list[dict[str, str]]:
    root = ET.fromstring(svg)  # noqa: S314  our own
    return [one.attrib for one in root.iter() if class_ in one.get("class", "").split()]


def test_progress_is_to_scale_and_marks_the_plan() -> None:
    drawn = bars.progress(25, 100, 50, "a quarter")
    [bar], [mark] = elements(drawn, "bar"), elements(drawn, "mark")
    assert float(bar["width"]) == WIDTH / 4
    assert mark["d"].startswith(f"M{WIDTH / 2:.2f} ")


def test_more_than_the_target_is_a_full_bar() -> None:
    [bar] = elements(bars.progress(500, 100, 300, ""), "bar")
    assert float(bar["width"]) == WIDTH


@pytest.mark.parametrize("whole", [0, 1])
def test_of_nothing_there_is_no_bar(whole: int) -> None:
    assert float(elements(bars.progress(0, whole, 0, ""), "bar")[0]["width"]) == 0
    assert elements(bars.stacked([bars.Piece("a", 0)], ""), "piece") == []
    assert ET.fromstring(bars.columns([], "")).tag == "svg"  # noqa: S314


def test_columns_are_to_scale_and_the_expected_stands_on_top() -> None:
    shown = [bars.Column("1", 50, "50", 100), bars.Column("2", 100, "", 90), bars.Column("3", 0, "", None)]
    drawn = bars.columns(shown, "days")
    heights = [float(one["height"]) for one in elements(drawn, "bar")]
    assert heights == [bars.PLOT_HEIGHT / 2, bars.PLOT_HEIGHT, 0]
    [outline] = elements(drawn, "expected")
    assert float(outline["height"]) == bars.PLOT_HEIGHT / 2


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=6))
def test_a_stacked_bar_never_leaves_the_picture(values: list[int]) -> None:
    pieces = elements(bars.stacked([bars.Piece("a", one) for one in values], ""), "piece")
    assert all(float(one["x"]) + float(one["width"]) <= WIDTH + 1 for one in pieces)


def test_rows_are_to_scale_with_a_line_from_the_lowest_to_the_highest_view() -> None:
    shown = [rows.Bar("a", 50, "50", 25, 100), rows.Bar("b", 100, "100"), rows.Bar("c", 0, "0", 0, 0, "none")]
    drawn = rows.rows(shown, "channels")
    plot = WIDTH - rows.LABEL_WIDTH - rows.NUMBER_WIDTH
    assert [float(one["width"]) for one in elements(drawn, "bar")] == [plot / 2, plot, 0]
    [whisker] = elements(drawn, "whisker")
    assert whisker["d"].startswith(f"M{rows.LABEL_WIDTH + plot / 4:.2f} ")
    assert f"H{rows.LABEL_WIDTH + plot:.2f}" in whisker["d"]
    assert len(elements(drawn, "none")) == 1
    assert ET.fromstring(rows.rows([], "")).tag == "svg"  # noqa: S314


def test_a_picture_as_a_file_has_its_colours_in_it() -> None:
    root = ET.fromstring(as_file(rows.rows([rows.Bar("a", 1, "1")], AWKWARD), "'Some Font'"))  # noqa: S314
    assert root.tag == f"{SVG}svg"
    assert PRINT_STYLE in (root.findtext(f"{SVG}style") or "")
    named = {name for one in root.iter() for name in one.get("class", "").split()}
    assert all(f".{name}" in PRINT_STYLE for name in named - {"value"})


def test_words_are_escaped() -> None:
    for drawn in (
        rows.rows([rows.Bar(AWKWARD, 1, AWKWARD)], AWKWARD),
        bars.columns([bars.Column(AWKWARD, 1, AWKWARD)], AWKWARD),
        bars.progress(1, 2, 1, AWKWARD),
        tiles.tiles([tiles.Tile("x", AWKWARD, 1, AWKWARD)], {"x": (0, 0)}, 1, AWKWARD),
    ):
        root = ET.fromstring(drawn)  # noqa: S314  our own
        assert root.get("aria-label") == AWKWARD
        assert {one.text for one in root.iter("text")} <= {AWKWARD}


def test_the_same_values_give_the_same_bytes_without_styles() -> None:
    drawn = [bars.columns([bars.Column("a", 1, "1")], "x") for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert not re.search(r"style=|fill=|<script", drawn[0])


def test_every_sub_district_has_a_tile_of_its_own_in_its_regency() -> None:
    codes = Places.load().sub_districts()
    placed = tiles.layout(codes)
    assert placed.keys() == set(codes)
    assert len({(regency(code), at) for code, at in placed.items()}) == len(codes) == 78
    assert all(0 <= column < tiles.COLUMNS for column, _ in placed.values())


def test_other_places_are_laid_out_in_rows() -> None:
    placed = tiles.layout(["99.01.02", "99.01.01", "34.04.07"])
    assert (placed["99.01.01"], placed["99.01.02"]) == ((0, 0), (1, 0))
