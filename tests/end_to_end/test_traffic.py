"""Apps publish all the time: a rebuild, a replay and a worker's start end all the same, and lose nothing.

The tests run in order on one cluster, under a store that knows a season already.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.builders import enrollment, lines, outreach
from tests.end_to_end.conftest import Sent
from tests.end_to_end.runs import (
    copied,
    sambung,
    sambung_here,
    started,
    tables_for,
    until,
    url,
    written,
    wrong_rows,
)
from tests.end_to_end.traffic import Traffic
from tests.end_to_end.workers import Cluster
from tests.oracle.compare import rows_of
from tests.oracle.tables import Row, Tables
from tests.services.brokers import Brokers
from tests.strategies import awkward_season

pytestmark = pytest.mark.broker

ENDS_S = 60.0
"""On a busy machine; most of it takes five."""
HALF_WAY_S = 1.0
"""After feeding of the archive began; the stages need longer to join their group."""
NAMES = [f"of-the-file-{number}" for number in range(20)]
OF_THE_FILE = lines(
    *(enrollment(name, day=20) for name in NAMES),
    *(outreach(name=f"with {name}", day=2, attendees=[name]) for name in NAMES),
)
"""Each is touched by a show of their own, so that no other one makes a difference to them."""


class Busy:
    """A cluster under traffic."""

    def __init__(self, cluster: Cluster, running: ExitStack) -> None:
        self.cluster = cluster
        self._running = running
        later = [line for line in b"\n".join(awkward_season(17, 1_000)).split(b"\n") if line.strip()]
        self._traffic = running.enter_context(ExitStack())
        self._traffic.enter_context(Traffic(cluster, later))

    def start_worker(self, name: str) -> None:
        self.cluster.start(self._running, name)

    def end(self) -> None:
        """Nobody publishes any more."""
        self._traffic.close()


@pytest.fixture(scope="module")
def busy(
    brokers: Brokers, store: Path, sent: Sent, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Busy]:
    """The public topics are there, and what is published to them is of no stream of this store yet."""
    folder = tmp_path_factory.mktemp("busy")
    with brokers.new() as address, ExitStack() as running:
        other = Cluster(brokers.connection(address), folder, url(folder / "other.db"))
        other.create_first_topics()
        known = copied(store, folder / "sambung.db")
        yield Busy(Cluster(brokers.connection(address), folder, url(known), published=[*sent.lines]), running)


def test_a_rebuild_that_was_killed_half_way_is_done_again(busy: Busy) -> None:
    cluster = busy.cluster
    log, where = cluster.log("killed"), ("--broker", cluster.address, "--database", cluster.database)
    with started("topics", "create", "--anew", *where, log=log, **cluster.settings) as killed:
        until(lambda: "reading what the store knows" in log.read_text(), "feeding")
        sleep(HALF_WAY_S)
        assert killed.poll() is None
    before, began = len(cluster.published), monotonic()
    made = cluster.create_topics()
    assert made.returncode == 0, made.stderr
    assert monotonic() - began < ENDS_S
    assert "events that the store knew were fed to the new stream" in made.stdout
    assert len(cluster.published) > before


def test_a_worker_starts(busy: Busy) -> None:
    busy.start_worker("only")
    until(lambda: "worker_started" in busy.cluster.log("only").read_text(), "started", ENDS_S)


def test_a_replay_ends_with_all_that_its_lines_caused_and_counts_no_others(
    busy: Busy, tmp_path: Path
) -> None:
    cluster = busy.cluster
    file = written(tmp_path / "file.ndjson", [*OF_THE_FILE, b"{}", b"no JSON"])
    began = monotonic()
    done = sambung(
        "replay", str(file), "--broker", cluster.address, "--database", cluster.database, **cluster.settings
    )
    assert done.returncode == 0, done.stderr
    assert monotonic() - began < ENDS_S
    assert of_the_file(rows_of(cluster.database)) == of_the_file(tables_for(OF_THE_FILE))
    assert "2 records refused: 1 invalid, 1 not_json" in " ".join(done.stdout.split())
    cluster.published += OF_THE_FILE


def of_the_file(tables: Tables) -> list[Row]:
    return [
        row
        for table in ("member", "credit_current")
        for name in NAMES
        for row in tables[table].where(member_id=name)
    ]


def test_at_rest_the_rows_are_those_of_everything_published(busy: Busy) -> None:
    busy.end()
    busy.cluster.wait_until_stored()
    assert wrong_rows(tables_for(busy.cluster.published), busy.cluster.database) == []
    assert sambung_here("audit", "--database", busy.cluster.database).returncode == 0
