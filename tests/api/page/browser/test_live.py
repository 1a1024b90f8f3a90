"""The page moves by itself, and says when it does not."""

import time

from api.keys.key import Scope
from tests.api.gateways import key
from tests.api.page.browser.conftest import Site
from tests.services.chromium import Chromium
from tests.sinks.records import line, statement

AT_ONCE_S = 2.0
SOON_S = 10.0
REVOKED_S = 5.0
WORKERS = "[data-live=worker]"


def test_a_new_member_is_counted_without_a_reload(browser: Chromium, filled_site: Site) -> None:
    filled_site.enter(browser)
    browser.run("window.stays = true")
    assert browser.text(WORKERS) == "2"
    filled_site.store.apply(statement("m4", 9, lines=(line("new"),)))
    browser.until(lambda: browser.text(WORKERS) == "3", "counted", AT_ONCE_S)
    browser.until(lambda: browser.run("return !!document.querySelector('[data-effort=new]')"), "listed")
    assert browser.run("return window.stays")


def test_an_empty_store_says_so_until_the_first_event(browser: Chromium, site: Site) -> None:
    site.enter(browser)
    assert browser.text(".headline .empty").startswith("No events have come in yet.")
    site.store.apply(statement("m1"))
    browser.until(lambda: browser.text(WORKERS) == "1", "counted", AT_ONCE_S)
    assert browser.text(".headline .empty") == ""


def test_a_broker_that_is_away_is_told_and_that_it_is_back(browser: Chromium, filled_site: Site) -> None:
    filled_site.enter(browser)
    assert browser.text("[data-state]").startswith("● Live")
    filled_site.publisher.away = "the broker does not answer"
    browser.until(lambda: browser.text("[data-state]").startswith("✕ Not live"), "told", AT_ONCE_S)
    filled_site.publisher.away = ""
    browser.until(lambda: browser.text("[data-state]").startswith("● Live"), "told", AT_ONCE_S)


def test_a_page_that_hears_nothing_says_so_and_recovers(browser: Chromium, filled_site: Site) -> None:
    filled_site.enter(browser)
    browser.driver.execute_cdp_cmd("Network.enable", {})
    offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
    browser.run("stream.close(); stream = null")  # offline is for new requests only
    browser.until(lambda: browser.text("#not-connected"), "told", SOON_S + 2)
    browser.driver.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        offline | {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    browser.until(lambda: not browser.text("#not-connected"), "live again", SOON_S)
    browser.complaints()


def test_a_page_without_a_stream_asks_every_ten_seconds(browser: Chromium, filled_site: Site) -> None:
    filled_site.enter(browser)
    browser.run(
        "stream.close(); window.EventSource = class { addEventListener() {} close() {} }; stream = null"
    )
    filled_site.store.apply(statement("m4", 9, lines=(line("new"),)))
    browser.until(lambda: browser.text(WORKERS) == "3", "asked", 2 * SOON_S + 2)
    assert browser.text("#polling").startswith("◐ No stream")


def test_a_paused_page_stands_still_and_resumes(browser: Chromium, filled_site: Site) -> None:
    filled_site.enter(browser)
    browser.run("document.getElementById('pause').click()")
    assert browser.text("#paused").startswith("❚❚ Paused")
    filled_site.store.apply(statement("m4", 9, lines=(line("new"),)))
    time.sleep(AT_ONCE_S)
    assert browser.text(WORKERS) == "2"
    assert filled_site.app.state.page_hub.readers == 0
    browser.run("document.getElementById('pause').click()")
    browser.until(lambda: browser.text(WORKERS) == "3", "counted", AT_ONCE_S)
    assert browser.text("#paused") == ""


def test_a_page_whose_key_is_revoked_shows_nothing_new_and_leads_to_the_form(
    browser: Chromium, filled_site: Site
) -> None:
    token = key(filled_site.gateway, "wall", Scope.READ_COUNTS)
    browser.driver.delete_all_cookies()
    browser.get(f"{filled_site.url}/sign-in?lang=en")
    browser.run("document.getElementById('key').value = arguments[0]", token)
    browser.run("document.querySelector('main form').requestSubmit()")
    browser.until(lambda: filled_site.app.state.page_hub.readers == 1, "live")
    filled_site.store.spoil("UPDATE api_key SET revoked_at = '2017-09-01 02:00:00.000000'")
    browser.until(lambda: filled_site.app.state.page_hub.readers == 0, "ended", REVOKED_S)
    browser.until(lambda: browser.text("h1") == "Sign in", "led to the form", 2 * SOON_S)
    browser.complaints()


def test_one_page_has_one_stream(browser: Chromium, filled_site: Site) -> None:
    filled_site.enter(browser)
    browser.until(lambda: filled_site.app.state.page_hub.readers == 1, "one stream")
    browser.driver.refresh()
    time.sleep(AT_ONCE_S)
    assert filled_site.app.state.page_hub.readers == 1
