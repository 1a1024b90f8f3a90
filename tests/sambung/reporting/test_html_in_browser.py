"""A report in a real browser: no barrier, nothing cut off, no complaint, and sheets of A4."""

import re
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from models.events import EVENTS, canonical
from models.language import Language
from models.places import Places
from reports.document.compose import compose
from reports.document.figures import figures
from reports.moments import NOW
from reports.scope import EVERYTHING
from sambung.reporting.html_file import html
from sambung.stores.reading_store import read
from sinks.sql import SqlSink
from tests.builders import line as json_line
from tests.builders import outreach
from tests.sambung.streamed import fill, stream
from tests.services.chromium import Chromium, chromium
from tests.sinks.records import batch, line, statement

LONGEST = "kampanye-dengan-nama-yang-sangat-panjang-sekali-2017-gunungkidul"
A4_POINTS = (595, 842)
LATER = 1_000_000
"""Beyond the offsets of the season's statements."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> str:
    """With a campaign whose name is as long as may be."""
    url = fill(f"sqlite:///{tmp_path_factory.mktemp('season')}/store.db", stream())
    show = outreach(campaign_id=LONGEST, cost_idr=123_456_789_012)
    accepted = canonical(EVENTS["outreach-event"].model_validate_json(json_line(show)))
    sink = SqlSink(url)
    members = (statement(f"m{n}", LATER + n, lines=(line(LONGEST),)) for n in range(50))
    sink.apply(batch(*members, accepted=(accepted,)))
    sink.close()
    return url


@pytest.fixture(scope="module", params=Language)
def address(request: pytest.FixtureRequest, season: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    places = Places.load(None)
    document = read(season, lambda one: compose(figures(one, NOW, EVERYTHING, places), request.param))
    file: Path = tmp_path_factory.mktemp("report") / "report.html"
    file.write_bytes(html(document))
    return file.as_uri()


def test_axe_finds_no_barrier(browser: Chromium, address: str) -> None:
    browser.show()
    browser.get(address)
    assert LONGEST in browser.text("#table-campaigns")
    assert browser.barriers() == []


@pytest.mark.parametrize("width", [320, 768, 1920])
def test_nothing_reaches_beyond_the_screen_or_is_complained_of(
    browser: Chromium, address: str, width: int
) -> None:
    browser.show(width)
    browser.get(address)
    wide = browser.run(
        "const width = document.documentElement.clientWidth;"
        "return [...document.querySelectorAll('body *:not(thead, thead *)')]"
        ".filter(one => one.getBoundingClientRect().right > width + 1).map(one => one.outerHTML.slice(0, 99))"
    )
    assert wide == []
    assert browser.complaints() == []


def test_it_prints_on_a4_with_its_source_on_every_page(browser: Chromium, address: str) -> None:
    browser.get(address)
    printed = browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    pages = PdfReader(BytesIO(b64decode(printed["data"]))).pages
    assert {(round(one.mediabox.width), round(one.mediabox.height)) for one in pages} == {A4_POINTS}
    for number, page in enumerate(pages, start=1):
        words = " ".join(page.extract_text().split())
        assert re.search(rf"(Page|Halaman) {number} (of|dari) {len(pages)}", words)
        assert re.search(r"Batch \d+ (of|tanggal) .+ WIB, (rules|aturan) 2017\.1", words)
