"""What a browser is let do: nothing from other hosts, no script of others, no link twice."""

from tests.api.page.browser.conftest import LONG, Site
from tests.builders import outreach
from tests.services.chromium import Chromium

PAGES = (
    "/",
    "/campaigns",
    f"/campaigns/{LONG}",
    "/sources",
    "/rejected",
    "/members",
    "/members/m1",
    "/sign-in",
)


def test_nothing_comes_from_other_hosts_and_the_policy_is_kept(browser: Chromium, filled_site: Site) -> None:
    browser.get("about:blank")
    browser.complaints()
    browser.hosts()
    filled_site.enter(browser)
    for path in PAGES:
        browser.get(f"{filled_site.url}{path}")
    assert browser.complaints() == []
    assert browser.hosts() == {filled_site.url.removeprefix("http://")}


def test_what_the_store_has_is_text_and_never_markup(browser: Chromium, filled_site: Site) -> None:
    bad = '<img src=x onerror="window.bad=1">'
    filled_site.store.accept(outreach("wayang", name="bad", source=bad))
    filled_site.enter(browser)
    for path in ("/", "/sources"):
        browser.get(f"{filled_site.url}{path}")
        browser.until(lambda: bad in browser.run("return document.body.textContent"), "shown")
        assert not browser.run("return window.bad")


def test_a_link_signs_in_once_and_leaves_no_trace_in_the_address(
    browser: Chromium, filled_site: Site
) -> None:
    browser.driver.delete_all_cookies()
    link = filled_site.link()
    browser.get("about:blank")
    browser.get(link)
    browser.until(lambda: browser.text("h1") == "New members", "signed in")
    assert "#" not in browser.driver.current_url
    browser.driver.delete_all_cookies()
    browser.get("about:blank")
    browser.get(link)
    browser.until(lambda: "was used already" in browser.text("[role=alert]"), "refused")
    browser.complaints()


def test_a_script_cannot_read_the_cookie(browser: Chromium, filled_site: Site) -> None:
    filled_site.enter(browser)
    assert browser.run("return document.cookie") == ""
