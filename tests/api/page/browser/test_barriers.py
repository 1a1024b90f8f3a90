"""Nobody is kept out: by a small screen or a large one, a keyboard, a screen reader, or what colours mean."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.api.page.browser.conftest import LONG, Site
from tests.services.chromium import HEIGHTS, Chromium

PAGES = (
    "/",
    "/campaigns",
    f"/campaigns/{LONG}",
    "/campaigns/organic",
    "/sources",
    "/rejected",
    "/members",
    "/members/m1",
    "/members/nobody",
    "/sign-in",
)


def wait_for_numbers(browser: Chromium) -> None:
    browser.until(lambda: not browser.run("return document.querySelector('.counting')"), "counted")


def test_axe_finds_no_barrier_on_any_page(browser: Chromium, filled_site: Site) -> None:
    filled_site.enter(browser)
    wait_for_numbers(browser)
    found = []
    for path in PAGES:
        for language in ("id", "en"):
            for scheme in ("light", "dark"):
                browser.show(scheme=scheme)
                browser.get(f"{filled_site.url}{path}?lang={language}")
                if path == "/":
                    wait_for_numbers(browser)
                browser.run("document.querySelectorAll('details').forEach(one => one.open = true)")
                found += [f"{path} {language} {scheme} {one}" for one in browser.barriers()]
    assert found == []


@pytest.mark.parametrize("width", HEIGHTS)
def test_no_page_is_scrolled_sideways(browser: Chromium, filled_site: Site, width: int) -> None:
    filled_site.enter(browser)
    browser.show(width)
    wide = []
    for path in PAGES:
        for language in ("id", "en"):
            browser.get(f"{filled_site.url}{path}?lang={language}")
            if path == "/":
                wait_for_numbers(browser)
            browser.run("document.querySelectorAll('details').forEach(one => one.open = true)")
            wide += [(path, language, one) for one in beyond(browser)]
    assert wide == []


def beyond(browser: Chromium) -> list[str]:
    """Elements that reach beyond the right edge of the screen."""
    found: list[str] = browser.run(
        """
        const width = document.documentElement.clientWidth;
        return [...document.querySelectorAll("body *:not(.unseen, .unseen *, .skip)")]
            .filter(one => one.getBoundingClientRect().right > width + 1 && !one.closest("thead"))
            .map(one => one.outerHTML.slice(0, 120));
        """
    )
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
    return found


def test_a_keyboard_reaches_everything_and_is_seen_where_it_is(browser: Chromium, filled_site: Site) -> None:
    filled_site.enter(browser)
    browser.show()
    wait_for_numbers(browser)
    body = browser.driver.find_element(By.TAG_NAME, "body")
    wanted: int = browser.run(
        "const all = [...document.querySelectorAll('a, button, summary')];"
        "return all.filter(one => one.checkVisibility()).length"
    )
    reached = set()
    for _ in range(wanted):
        body.send_keys(Keys.TAB)
        element = browser.driver.switch_to.active_element
        assert browser.run("return getComputedStyle(arguments[0]).outlineStyle", element) != "none"
        reached.add(element.id)
    assert len(reached) == wanted


def test_a_table_that_is_open_stays_open_and_keeps_the_focus_while_numbers_change(
    browser: Chromium, filled_site: Site
) -> None:
    filled_site.enter(browser)
    wait_for_numbers(browser)
    browser.run("document.querySelector('#table-places summary').focus()")
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    browser.run(
        "const part = document.querySelector('[data-part=places]');"
        "show('places', part.innerHTML + '<p>changed</p>')"
    )
    assert browser.run("return document.getElementById('table-places').open")
    assert browser.run("return document.activeElement.parentElement.id") == "table-places"
