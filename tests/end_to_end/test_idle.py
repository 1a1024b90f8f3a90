"""Workers that have nothing to do go on, however short their patience: to wait for events is no stall."""

from contextlib import ExitStack
from pathlib import Path
from time import sleep

import pytest

from tests.end_to_end.runs import until, url
from tests.end_to_end.workers import Cluster
from tests.services.brokers import Brokers

pytestmark = pytest.mark.broker

PATIENCE_S = 5
"""The shortest that the settings allow."""


def test_two_workers_outlive_their_patience_where_nothing_is_published(
    brokers: Brokers, tmp_path: Path
) -> None:
    with brokers.new() as address, ExitStack() as running:
        cluster = Cluster(brokers.connection(address), tmp_path, url(tmp_path / "sambung.db"))
        cluster.settings["SAMBUNG_PATIENCE_S"] = str(PATIENCE_S)
        cluster.create_first_topics()
        for name, options in {"first": (), "second": ("--no-sink",)}.items():
            cluster.start(running, name, *options)
            until(lambda name=name: "worker_started" in cluster.log(name).read_text(), f"started: {name}")
        sleep(2 * PATIENCE_S + 2)
        assert [worker.process.poll() for worker in cluster.tended] == [None, None]
