"""A document as PDF: all of it, nothing of it read as markup, tagged, and the same bytes again."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from reports.document.parts import Cell, Column, Document, Gallery, Group, Picture, Row, Section
from sambung.reporting.glyphs import USUAL
from sambung.reporting.pdf import pdf
from tests.reports.document.example import AWKWARD, EXAMPLE, LONGEST, members, picture
from tests.sambung.reporting.tagged import Tag, opened, tags, words

ROOT = Path(__file__).parents[3]
AGAIN = """
import sys
from sambung.reporting.pdf import pdf
from tests.reports.document.example import EXAMPLE
sys.stdout.buffer.write(pdf(EXAMPLE))
"""


def titled(subtitle: str) -> Document:
    return replace(EXAMPLE, subtitle=subtitle)


def with_table(*groups: Group, columns: tuple[Column, ...] | None = None) -> Document:
    table = EXAMPLE.table("campaigns")
    table = replace(table, groups=groups, columns=columns or table.columns)
    return replace(EXAMPLE, sections=(Section("long", "Long", (table,)),))


def many_rows(count: int, name: str = "row") -> tuple[Row, ...]:
    example = EXAMPLE.table("campaigns").cell("worker", "what", "organic")
    return tuple(Row(f"r{n}", f"{name} {n}", (members(n * 1_000_000), example)) for n in range(count))


@pytest.fixture(scope="module")
def example() -> bytes:
    return pdf(EXAMPLE)


@pytest.fixture(scope="module")
def tree(example: bytes) -> Tag:
    return tags(opened(example))


def test_another_process_elsewhere_writes_the_same_bytes(example: bytes, tmp_path: Path) -> None:
    apart = {"PYTHONPATH": str(ROOT), "TZ": "Asia/Jakarta", "SOURCE_DATE_EPOCH": "1", "PYTHONHASHSEED": "7"}
    again = subprocess.run(
        [sys.executable, "-c", AGAIN], env=os.environ | apart, cwd=tmp_path, capture_output=True, check=True
    )
    assert again.stdout == example


def test_it_says_what_it_is(example: bytes) -> None:
    reader = opened(example)
    assert reader.metadata is not None
    assert reader.metadata.title == "A report, Depok, January 2017"
    assert f"{reader.metadata.creation_date:%Y-%m-%d %H:%M:%S}" == "2017-09-01 02:00:07"
    assert reader.root_object["/Lang"] == "en"
    assert reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    assert opened(pdf(replace(EXAMPLE, language="id"))).root_object["/Lang"] == "id"


def test_headings_are_headings_in_order(tree: Tag) -> None:
    headings = [(one.name, one.title) for one in tree.every("H1", "H2", "H3")]
    assert headings == [("H1", "Members"), ("H2", "By campaign"), ("H1", "Words")]


def test_pictures_have_their_alternatives(tree: Tag) -> None:
    told = [one.alternative for one in tree.every("Figure")]
    assert told == ["a quarter", "Members by month", "One", "Two", "Three"]


def test_tables_have_header_cells_and_a_caption(tree: Tag) -> None:
    (table,) = tree.every("Table")
    (head,) = table.every("THead")
    assert [one.name for one in head.every("TH", "TD")] == ["TH", "TH", "TH"]
    assert len(table.every("TH")) == 3
    assert [len(row.every("TD")) for row in table.every("TR")] == [0, 4, 3, 4, 3]  # two groups have a header
    assert len(tree.every("Caption")) == 1


def test_every_text_of_the_parts_is_on_the_pages(example: bytes) -> None:
    shown = words(opened(example))
    for told in (AWKWARD, "1,234", "of 5,000", "behind", "Note: Take care.", "All together 1.5", "3 events"):
        assert told in shown
    assert LONGEST in shown.replace(" ", "")
    for row in ("Rp per worker -", "Organic Workers 0.0 x", "Touch: An event that reached a member."):
        assert row in shown


@pytest.fixture(scope="module")
def long() -> PdfReader:
    return opened(pdf(with_table(Group(many_rows(150)))))


def test_each_page_has_its_source_and_number(long: PdfReader) -> None:
    assert len(long.pages) == 3
    for number in range(3):
        page = words(long, number)
        assert EXAMPLE.source in page
        assert f"Page {number + 1} of 3" in page


def test_header_cells_are_repeated_on_each_page_of_a_table_but_tagged_once(long: PdfReader) -> None:
    assert ["Campaign First touch What" in words(long, number) for number in range(3)] == [True, True, True]
    assert len(tags(long).every("TH")) == 3


def test_a_group_stays_on_one_page() -> None:
    groups = [Group(many_rows(4, f"of {n}:"), f"g{n}", f"Group-{n}") for n in range(40)]
    reader = opened(pdf(with_table(*groups)))
    pages = [words(reader, number) for number in range(len(reader.pages))]
    assert len(pages) > 2
    on = [
        [n for n, page in enumerate(pages) if f"of {group}: {row} " in page]
        for group in range(40)
        for row in range(4)
    ]
    assert all(len(where) == 1 for where in on)
    assert all(on[4 * group] == on[4 * group + row] for group in range(40) for row in range(4))


@pytest.mark.parametrize(
    "text",
    [
        '#read("/etc/passwd")',
        "$x$ $ y $ \\ \\u{41} \\#",
        "= no heading",
        "- no *list* _nor_ `this` ~ -- ---",
        "<label> @reference // no comment /* nor this */",
        "[a](b) #[c] {d} #let e = 1; \"f\" 'g'",
        "</svg><script>alert(1)</script>&amp;",
        "Žluťoučký kůň, Łódź, “İstanbul” … €",
        "%(number)s of %(pages)s",
    ],
    ids=range(9),
)  # fmt: skip
def test_no_text_is_markup(text: str) -> None:
    assert text in words(opened(pdf(titled(text))), 0)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Wayang \U0001f389", "Wayang [U+1F389]"),
        ("\ua98f\ua9c4", "[U+A98F][U+A9C4]"),
        ("a\u202eb\u200fc\ufeff\ue000", "a[U+202E]b[U+200F]c[U+FEFF][U+E000]"),
    ],
    ids=["emoji", "javanese", "invisible"],
)
def test_what_no_font_has_is_told_by_its_code(text: str, shown: str) -> None:
    assert shown in words(opened(pdf(titled(text))), 0)


def test_other_scripts_are_shown() -> None:
    text = "\u03a9\u0416 \u05d0 \u0645 \u0928"
    shown = words(opened(pdf(titled(text))), 0)
    assert set(text) <= set(shown)
    assert "[U+" not in shown


def test_what_two_fonts_cannot_show_together_is_told_by_codes() -> None:
    """Each character alone can be shown, in text and in a picture."""
    keycap, conjunct = "1\u20e3", "\u0915\u094d\u0937"
    pictures = tuple(replace_word(picture("One"), word) for word in ("Jan", "\u0915", conjunct))
    document = replace(EXAMPLE, sections=(Section("s", "S", (Gallery(pictures),)),), subtitle=keycap)
    shown = words(opened(pdf(document)), 0)
    assert "1[U+20E3]" in shown
    assert "[U+0915][U+094D][U+0937]" in shown
    assert shown.count("[U+0915]") == 1


def replace_word(one: Picture, word: str) -> Picture:
    return one._replace(svg=one.svg.replace("Jan", word))


def test_usual_characters_are_in_every_font() -> None:
    every = "".join(chr(code) for code in range(0x3000) if chr(code) in _expanded(USUAL))
    shown = words(opened(pdf(titled(every))), 0)
    assert "[U+" not in shown
    assert len(every) > 300


def _expanded(ranges: str) -> set[str]:
    found = set(ranges)
    for at, character in enumerate(ranges):
        if character == "-" and 0 < at < len(ranges) - 1:
            found |= {chr(code) for code in range(ord(ranges[at - 1]), ord(ranges[at + 1]) + 1)}
    return found


def test_a_long_and_narrow_table_stands_in_two_columns_and_is_one_table() -> None:
    number = Column("n", "Number")
    rows = tuple(Row(f"r{n}", f"row {n};", (members(n * 1_000_000),)) for n in range(100))
    reader = opened(pdf(with_table(Group(rows), columns=(number,))))
    assert len(reader.pages) == 2
    (table,) = tags(reader).every("Table")
    assert len(table.every("TR")) == 101
    shown = words(reader)
    assert all(f"row {n}; {n}.0" in shown for n in range(100))


def test_the_longest_numbers_stay_on_the_page() -> None:
    columns = tuple(Column(f"c{n}", f"Column {n}") for n in range(6))
    row = Row("r", "row", (Cell("1,000,000,000,000,000", 10**15),) * 6)
    reader = opened(pdf(with_table(Group((row,), "g", LONGEST), columns=columns)))
    ends: list[float] = []
    reader.pages[0].extract_text(
        visitor_text=lambda text, _, matrix, *__: ends.append(matrix[4]) if text.strip() else None
    )
    assert max(ends) < 595 - 51


def test_a_table_without_rows_is_a_table() -> None:
    (table,) = tags(opened(pdf(with_table()))).every("Table")
    assert len(table.every("TH")) == 3
