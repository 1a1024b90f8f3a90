"""The gateway with its page on this machine, a store behind it, and a browser before it."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from api.gateway import Gateway
from tests.api.gateways import Kept
from tests.api.served import served
from tests.builders import company, enrollment, inspection, outreach
from tests.reports.filled import Filled
from tests.services.chromium import Chromium, chromium
from tests.sinks.records import line, organic, refused, statement

LONG = "kampanye-dengan-nama-yang-sangat-panjang-sekali-2017-gunungkidul"
"""A campaign's id has at most 64 characters."""


class Site:
    """A gateway that is served, and its parts."""

    def __init__(self, url: str, gateway: Gateway, app: FastAPI, store: Filled) -> None:
        self.url = url
        self.gateway = gateway
        self.app = app
        self.store = store

    @property
    def publisher(self) -> Kept:
        assert isinstance(self.gateway.publisher, Kept)
        return self.gateway.publisher

    def link(self) -> str:
        return f"{self.url}/sign-in?lang=en#{self.gateway.links.make()}"

    def enter(self, browser: Chromium) -> None:
        """Sign in; the page is in English then."""
        browser.get("about:blank")  # else a link to the page that is open only changes its fragment
        browser.driver.delete_all_cookies()
        browser.get(self.link())
        browser.until(lambda: browser.text("h1") == "New members", "signed in")


def fill(store: Filled) -> None:
    """Members of each kind, by persuasion, by compulsion and by nothing; a refused record."""
    store.accept(
        enrollment("m1"),
        enrollment("m2", status="cancelled"),
        company("c1"),
        outreach("wayang", campaign_id=LONG, cost_idr=12_345_678),
        inspection(cost_idr=1_000),
    )
    inspected = line("inspections", channel="inspection", evidence="company", approach="compulsion")
    store.apply(
        statement("m1", lines=(line(LONG),)),
        statement("m3", place="34.71.01", lines=(organic(),), evidence="none"),
        statement("c1", kind="company", company_id="c1", lines=(inspected,)),
    )
    store.refuse(refused(value='{"source": "paper"}', errors=["a field is missing"]), refused("conflict", 1))


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    with chromium() as found:
        yield found


@pytest.fixture
def site(store: Filled, gateway: Gateway, app: FastAPI) -> Iterator[Site]:
    with served(app) as url:
        yield Site(url, gateway, app, store)
        gateway.stop()


@pytest.fixture
def filled_site(site: Site) -> Site:
    fill(site.store)
    return site
