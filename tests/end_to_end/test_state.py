"""A worker's state of one stream is not used for another one with the same numbers."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.builders import enrollment, line
from tests.end_to_end.runs import tables_for, until, url, wrong_rows
from tests.end_to_end.workers import Cluster
from tests.services.brokers import Brokers

pytestmark = pytest.mark.broker


def test_a_new_store_on_a_new_broker_is_not_told_by_the_state_of_an_old_one(
    brokers: Brokers, tmp_path: Path
) -> None:
    """Both streams are the first of their store, and read offset 0 of topics of the same names."""
    state = tmp_path / "state"
    state.mkdir()
    for member in ("before", "after"):
        folder = tmp_path / member
        folder.mkdir()
        (folder / "worker").symlink_to(state, target_is_directory=True)
        with brokers.new() as address, ExitStack() as running:
            cluster = Cluster(brokers.connection(address), folder, url(folder / "sambung.db"))
            cluster.create_first_topics()
            worker = running.enter_context(cluster.worker("worker"))
            until(lambda: "worker_started" in cluster.log("worker").read_text(), "started")  # noqa: B023
            cluster.publish([line(enrollment(member, place=place)) for place in ("34.04.07", "34.04.01")])
            cluster.wait_until_stored()
            assert wrong_rows(tables_for(cluster.published), cluster.database) == []
            worker.terminate()
            assert worker.wait(10) == 0
