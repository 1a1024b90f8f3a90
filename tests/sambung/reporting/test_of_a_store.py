"""A store's report as PDF: the words and numbers of its HTML, by the command that people type."""

import html
import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from typer.testing import CliRunner

from models.language import Language
from models.places import Places
from reports.document.compose import compose
from reports.document.figures import figures
from reports.document.parts import Document, Table
from reports.moments import NOW
from reports.scope import EVERYTHING
from sambung.cli.main import app
from tests.builders import inspection, outreach
from tests.reports.filled import Filled
from tests.sambung.reporting.tagged import opened, tags, words
from tests.sinks.records import line, organic, statement

SOURCE = 'team #read("/etc/passwd") \U0001f389'
LONG = "a-campaign-with-a-long-name-" + "k" * 36


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = Filled(f"sqlite:///{tmp_path_factory.mktemp('store') / 'sambung.db'}")
    store.accept(
        outreach("wayang", name="a", campaign_id="wayang-1", cost_idr=9_000_000, source=SOURCE),
        outreach("healthy_walk", name="b", campaign_id=LONG, cost_idr=10**15),
        inspection("c1", name="c", stage="sp1"),
    )
    warned = {"channel": "inspection", "approach": "compulsion", "evidence": "company"}
    store.apply(
        *(statement(f"m{n}", place=f"34.04.{n:02}") for n in range(1, 18)),
        statement("m20", place="34.71.01", lines=(line(LONG, channel="healthy_walk"),)),
        statement("c1", kind="company", company_id="c1", lines=(line("inspections", **warned),)),
        statement("m21", place="34.02.01", evidence="none", lines=(organic(),)),
    )
    yield store.url
    store.close()


def document(url: str, language: Language) -> Document:
    store = Filled(url)
    found = store.read(lambda connection: figures(connection, NOW, EVERYTHING, Places.load()))
    store.close()
    return compose(found, language)


def tables_of(document: Document) -> list[Table]:
    return [one for one in document.blocks() if isinstance(one, Table)]


@pytest.fixture(scope="module")
def written(url: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """A report's bytes, by ending and language; each is written once, unless asked for again."""
    folder = tmp_path_factory.mktemp("reports")

    @cache
    def write(ending: str, language: Language, again: str = "") -> bytes:
        file = folder / f"{language}{again}{ending}"
        done = CliRunner().invoke(app, ["report", "--database", url, "--lang", language, "--out", str(file)])
        assert done.exit_code == 0, done.output
        return file.read_bytes()

    return write


@pytest.mark.parametrize("language", list(Language))
def test_rows_of_tables_read_as_in_html(url: str, language: Language, written: Callable[..., bytes]) -> None:
    page = written(".html", language).decode()
    in_html = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    reader = opened(written(".pdf", language))
    in_pdf = words(reader)
    rows = [
        " ".join(" ".join(cell.text for cell in row.cells).split())
        for table in tables_of(document(url, language))
        for group in table.groups
        for row in group.rows
    ]
    assert len(rows) > 60
    assert [row for row in rows if row not in in_html] == []
    assert [row for row in rows if row not in in_pdf] == []


def test_tags_follow_the_document(url: str, written: Callable[..., bytes]) -> None:
    found = document(url, Language.ID)
    tree = tags(opened(written(".pdf", Language.ID)))
    assert [(one.name, one.title) for one in tree.every("H1", "H2")] == [
        (f"H{level}", one.heading)
        for section in found.sections
        for level, one in ((1, section), *((2, inner) for inner in section.sections))
    ]
    tables = tree.every("Table")
    assert len(tables) == len(tables_of(found))
    assert all(table.every("TH") for table in tables)
    assert all(figure.alternative for figure in tree.every("Figure"))


def test_a_source_s_name_is_text_and_its_emoji_a_code(written: Callable[..., bytes]) -> None:
    shown = words(opened(written(".pdf", Language.EN)))
    assert 'team #read("/etc/passwd") [U+1F389]' in shown


def test_the_same_store_gives_the_same_bytes(written: Callable[..., bytes]) -> None:
    assert written(".pdf", Language.ID, again=" again") == written(".pdf", Language.ID)
