"""A document as HTML: all of it and nothing else, escaped, whole in itself, in order for screen readers."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from models.language import Language
from reports.document.parts import Block, Cards, Definitions, Document, Gallery, Listing, Picture, Table
from sambung.reporting.html_file import html
from tests.reports.document.example import AWKWARD, EXAMPLE

VOID = {"meta", "rect", "path", "br"}


class Read(HTMLParser):
    """Tags with their attributes, words as they are read, and what each cell of numbers says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.numbers: list[tuple[int, str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not data.strip() or "style" in self._open:
            return
        self.words.append(" ".join(data.split()))
        if self._open[-1] == "data":
            self.numbers.append((int(self.tags[-1][1]["value"] or ""), data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def read() -> Read:
    return Read(html(EXAMPLE).decode())


def texts(block: Block) -> Iterator[str]:  # noqa: C901  one case per kind of block
    match block:
        case Table():
            yield from (block.caption, block.head, *(one.title for one in block.columns))
            for group in block.groups:
                yield from (group.header, group.detail)
                for row in group.rows:
                    yield from (row.header, row.detail, *(cell.text for cell in row.cells))
        case Cards():
            for card in block.cards:
                yield from (card.title, card.number.text, *card.lines)
        case Gallery():
            yield from (one.title for one in block.pictures)
        case Picture():
            yield block.title
        case Listing():
            yield from block.items
        case Definitions():
            for entry in block.entries:
                yield from entry
        case _:
            yield block.text


def every_text(document: Document) -> Iterator[str]:
    yield from (document.title, document.subtitle, *document.closing, document.labels.contents)
    for entry in document.about:
        yield from entry
    for block in document.blocks():
        yield from texts(block)


def test_every_text_is_there_as_it_is(read: Read) -> None:
    absent = [one for one in every_text(EXAMPLE) if one and not any(one in words for words in read.words)]
    assert absent == []
    assert sum(AWKWARD in words for words in read.words) == list(every_text(EXAMPLE)).count(AWKWARD)


def test_every_number_stands_there_exactly_and_in_words(read: Read) -> None:
    wanted = []
    for block in EXAMPLE.blocks():
        if isinstance(block, Cards):
            wanted += [card.number for card in block.cards]
        if isinstance(block, Table):
            wanted += [cell for group in block.groups for row in group.rows for cell in row.cells]
    assert read.numbers == [(cell.value, cell.text) for cell in wanted if cell.value is not None]


def test_headings_are_in_order_and_sections_have_names(read: Read) -> None:
    assert [int(tag[1]) for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)] == [1, 2, 2, 3, 3, 3, 2]
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert {one["aria-labelledby"] for one in read.all("section")} <= set(ids)
    assert {(one["href"] or "").removeprefix("#") for one in read.all("a")} == {"first", "second"}


def test_cells_have_headers_and_pictures_have_alternatives(read: Read) -> None:
    assert {one["scope"] for one in read.all("th")} == {"col", "row", "rowgroup"}
    assert all(one.get("aria-label") and one["role"] == "img" for one in read.all("svg"))
    assert len(read.all("svg")) == 5


def test_it_needs_nothing_from_elsewhere_and_runs_nothing() -> None:
    text = html(EXAMPLE).decode()
    assert not re.search(r"<script|<link|<img|<iframe|src=|url\(|@import|https?:|\son\w+=|style=", text)
    [style] = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in text


@pytest.mark.parametrize("language", Language)
def test_it_says_its_language(language: Language) -> None:
    assert Read(html(replace(EXAMPLE, language=language)).decode()).all("html") == [{"lang": language.value}]


def test_what_stands_at_the_foot_of_printed_pages_cannot_end_the_style_sheet() -> None:
    text = html(replace(EXAMPLE, subtitle='</style><b>" \\')).decode()
    assert text.count("</style>") == 1
    assert r'content: "\3c /style\3e \3c b\3e \22  \5c  · Batch 3' in text
    assert 'content: "Page " counter(page) " of " counter(pages) ""' in text
