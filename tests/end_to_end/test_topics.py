"""A fresh broker under a store that knows a season: it is fed first, and a worker goes on from there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import enrollment, line, outreach
from tests.end_to_end.conftest import Sent
from tests.end_to_end.runs import copied, rows, sambung, sambung_here, tables_for, until, url, wrong_rows
from tests.end_to_end.workers import Cluster
from tests.services.brokers import Brokers

pytestmark = pytest.mark.broker

LATER = [line(enrollment("later", name="later")), line(outreach("wayang", day=2, attendees=["later"]))]


@pytest.fixture(scope="module")
def cluster(brokers: Brokers, store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with brokers.new() as address:
        folder = tmp_path_factory.mktemp("fresh")
        fresh = copied(store, folder / "sambung.db")
        yield Cluster(brokers.connection(address), folder, url(fresh))


def test_a_worker_says_what_must_be_done_first(cluster: Cluster) -> None:
    refused = sambung("worker", "--broker", cluster.address, "--database", cluster.database)
    assert refused.returncode == 2
    assert f"sambung topics create --broker {cluster.address}" in " ".join(refused.stderr.split())


def test_topics_create_feeds_the_new_stream_and_changes_no_row(
    cluster: Cluster, sent: Sent, store: Path
) -> None:
    made = cluster.create_topics()
    assert made.returncode == 0, made.stderr
    assert (
        f"{len(sent.tables['event']):,} events that the store knew were fed to the new stream" in made.stdout
    )
    for table in ("member", "credit", "statement", "live_count", "event", "rejected"):
        assert rows(cluster.folder / "sambung.db", table) == rows(store, table), table


def test_a_second_time_it_finds_everything_there(cluster: Cluster) -> None:
    assert cluster.create_topics().stdout == "every topic is there\n"
    checked = sambung_here("topics", "check", "--broker", cluster.address, "--database", cluster.database)
    assert (checked.returncode, checked.stdout) == (0, "every topic is there\n")


def test_a_worker_goes_on_from_there(cluster: Cluster, sent: Sent) -> None:
    with cluster.worker("only"):
        until(lambda: "worker_started" in cluster.log("only").read_text(), "started")
        cluster.publish(LATER)
        cluster.wait_until_stored()
    assert wrong_rows(tables_for([*sent.lines, *LATER]), cluster.database) == []


def test_a_replay_by_its_broker_adds_to_it(cluster: Cluster, sent: Sent) -> None:
    one_more = line(enrollment("one-more"))
    done = sambung(
        "replay", "-", "--broker", cluster.address, "--database", cluster.database,
        stdin=one_more + b"\n", SAMBUNG_SESSION_TIMEOUT_S="2",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "fed first" not in done.stdout
    assert wrong_rows(tables_for([*sent.lines, *LATER, one_more]), cluster.database) == []
