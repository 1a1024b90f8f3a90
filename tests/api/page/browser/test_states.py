"""Every state in which the page can be looks right; PAGE_PICTURES=docs/live-page writes pictures of them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.store import StoreAway
from tests.api.page.browser.conftest import LONG, Site, fill
from tests.api.page.browser.test_barriers import beyond, wait_for_numbers
from tests.builders import enrollment, outreach
from tests.reports.filled import Filled
from tests.services.chromium import Chromium
from tests.sinks.records import line, organic, statement

STATE = "[data-state]"
CAMPAIGNS = 2_000


def picture(browser: Chromium, name: str) -> None:
    if folder := os.environ.get("PAGE_PICTURES"):
        browser.picture(Path(folder) / f"{name}.webp")


@pytest.fixture(autouse=True)
def nothing_reaches_beyond(browser: Chromium) -> Iterator[None]:
    yield
    assert beyond(browser) == []
    browser.complaints()


def show(
    browser: Chromium, site: Site, language: str = "en", width: int = 768, scheme: str = "light"
) -> None:
    """The live page with all its numbers."""
    site.enter(browser)
    browser.show(width, scheme)
    browser.get(f"{site.url}/?lang={language}")
    wait_for_numbers(browser)


def many_campaigns(store: Filled) -> None:
    names = [f"kampanye-{number:04}" for number in range(CAMPAIGNS - 1)] + [LONG]
    store.accept(*(outreach(campaign_id=one, name=one, cost_idr=10**6) for one in names))
    store.apply(
        *(
            statement(f"m{n}", n + 1, lines=(line(one),))
            for n, one in enumerate([*names[: CAMPAIGNS // 2], *[LONG] * 50])
        )
    )


def test_an_empty_store(browser: Chromium, site: Site) -> None:
    show(browser, site, "id", 320)
    assert "Belum ada kejadian yang masuk." in browser.text(".headline")
    assert "behind" not in browser.run("return document.querySelector('.cards').innerHTML")
    picture(browser, "empty")


def test_the_first_event(browser: Chromium, site: Site) -> None:
    site.store.accept(enrollment("m1"))
    site.store.apply(statement("m1", lines=(organic(),), evidence="none"))
    show(browser, site, scheme="dark")
    assert browser.text("[data-live=worker]") == "1"
    assert browser.text("[data-part=channels] .organic [data-label=Workers]") == "1"
    picture(browser, "first-event")


def test_one_campaign(browser: Chromium, site: Site) -> None:
    fill(site.store)
    show(browser, site, "id", 1920)
    assert browser.text(f"[data-part=campaigns] [data-effort='{LONG}'] a") == LONG
    picture(browser, "one-campaign")


def test_two_thousand_campaigns_one_with_the_longest_name(browser: Chromium, site: Site) -> None:
    many_campaigns(site.store)
    show(browser, site, width=320, scheme="dark")
    assert browser.text("#all-campaigns") == "All 2,000 campaigns"
    browser.run("document.querySelector('[data-part=campaigns]').scrollIntoView()")
    assert browser.text("[data-part=campaigns] tbody tr a") == LONG
    picture(browser, "many-campaigns")
    browser.get(f"{site.url}/campaigns?lang=en&number=20")
    assert browser.text(".pages span:nth-of-type(1)") == "Page 20 of 20"


def test_a_broker_that_is_away(browser: Chromium, filled_site: Site) -> None:
    filled_site.publisher.away = "the broker does not answer"
    show(browser, filled_site, "id")
    assert browser.text(STATE).startswith("✕ Tidak langsung: kejadian tidak dapat masuk.")
    picture(browser, "broker-away")


def test_a_stream_that_is_rebuilt(browser: Chromium, filled_site: Site) -> None:
    filled_site.store.spoil("UPDATE generation SET settled_at = NULL")
    show(browser, filled_site, scheme="dark")
    assert browser.text(STATE).startswith("↻ Counts are being rebuilt.")
    picture(browser, "rebuilding")


def test_a_store_that_is_away(browser: Chromium, filled_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    show(browser, filled_site)

    async def away(*_: object) -> None:
        raise StoreAway("it is gone")

    with monkeypatch.context() as patched:
        patched.setattr(filled_site.app.state.desk._store, "read", away)
        browser.until(lambda: browser.text("#not-connected"), "told", 30)
        assert browser.text(STATE) == "", "two states at a time"
        picture(browser, "cut-off")
        browser.get(f"{filled_site.url}/?lang=en")
        assert browser.text("h1") == "Not available now"
        picture(browser, "store-away")
    browser.until(lambda: browser.text(STATE).startswith("● Live"), "back by itself", 15)


def test_a_wall_and_paper(browser: Chromium, filled_site: Site) -> None:
    show(browser, filled_site, width=3840)
    assert (
        float(browser.run("return getComputedStyle(document.querySelector('.big')).fontSize.slice(0, -2)"))
        > 60
    )
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert browser.text("#pause") == ""
    assert browser.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
