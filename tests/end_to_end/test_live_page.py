"""The live page before a real stream: from Kafka to the screen, and what it says when the broker is gone."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from time import monotonic

import pytest

from streams.engine.kafka.connection import Connection
from tests.builders import enrollment, lines
from tests.end_to_end.runs import port_in, sambung_here, started
from tests.end_to_end.workers import Cluster
from tests.services.chromium import Chromium, chromium
from tests.services.kafka import Kafka, kafka_cluster

pytestmark = [pytest.mark.broker, pytest.mark.service]

COUNTED_S = 2.0
"""From the publication to the number on the screen."""
TOLD_S = 10.0
WARM = 8
"""Enrollments, before it is measured: connections and code paths are new to the first."""
WORKERS = "[data-live=worker]"
STATE = "[data-state]"


@dataclass(frozen=True)
class Site:
    kafka: Kafka
    cluster: Cluster
    url: str
    token: str


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with ExitStack() as stack:
        kafka = stack.enter_context(kafka_cluster(folder / "kafka", group_min_session_timeout_ms="1000"))
        cluster = Cluster(Connection(kafka.address), folder, f"sqlite:///{folder / 'sambung.db'}")
        cluster.create_first_topics()
        cluster.start(stack, "worker")
        database = ("--database", cluster.database)
        made = sambung_here("keys", "create", "wall", "--scope", "read:counts", *database)
        options = ("--broker", kafka.address, *database, "--port", "0")
        stack.enter_context(started("serve", *options, log=folder / "gateway.log"))
        yield Site(kafka, cluster, f"http://127.0.0.1:{port_in(folder / 'gateway.log')}", made.stdout.strip())


def sign_in(browser: Chromium, site: Site) -> None:
    browser.get(f"{site.url}/sign-in?lang=en")
    browser.run("document.getElementById('key').value = arguments[0]", site.token)
    browser.run("document.querySelector('main form').requestSubmit()")
    browser.until(lambda: browser.text("h1") == "New members", "signed in")


def test_an_enrollment_on_kafka_is_on_the_screen_within_two_seconds(browser: Chromium, site: Site) -> None:
    sign_in(browser, site)
    browser.run("window.stays = true")
    took = []
    for number in range(1, WARM + 4):
        began = monotonic()
        site.cluster.publish(lines(enrollment(f"m{number}")))
        browser.until(lambda wanted=str(number): browser.text(WORKERS) == wanted, "counted", 60)
        took.append(monotonic() - began)
    assert min(took[WARM:]) < COUNTED_S, took
    assert browser.run("return window.stays"), "the page was loaded again"


def test_a_broker_that_is_gone_is_told_within_ten_seconds_and_that_it_is_back(
    browser: Chromium, site: Site
) -> None:
    sign_in(browser, site)
    browser.until(lambda: browser.text(STATE).startswith("● Live"), "live", 30)
    site.kafka.nodes[0].stop()
    browser.until(lambda: browser.text(STATE).startswith("✕ Not live"), "told", TOLD_S)
    site.kafka.start()
    browser.until(lambda: browser.text(STATE).startswith("● Live"), "live again", 60)
    browser.run("window.stays = true")
    before = int(browser.text(WORKERS))
    site.cluster.publish(lines(enrollment("after")))
    browser.until(lambda: browser.text(WORKERS) == str(before + 1), "counted", 60)
    assert browser.run("return window.stays")
