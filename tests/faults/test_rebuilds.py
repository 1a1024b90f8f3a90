"""The stream is begun anew from the store while field apps go on publishing."""

import subprocess
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.end_to_end.runs import environment
from tests.end_to_end.workers import Cluster
from tests.faults.load import trickle
from tests.faults.page import Tell
from tests.faults.scene import scene
from tests.services.kafka import Kafka
from tests.warm import run as run_module

TRIES = 2
WORK_S = 4.0
"""Of load, with workers, before each."""
ENDS_S = 60.0
"""A rebuild of so few events takes a tenth of it; one that waits until no log grows never ends."""


def test_a_rebuild_under_traffic(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    seconds = []
    with scene(tmp_path, kafka) as told:
        told.pair()
        with told.load():
            for number in range(TRIES):
                sleep(WORK_S)
                told.stop_all()
                began = monotonic()
                with trickle(told.cluster, number):
                    rebuild(told.cluster)
                told.pair()
                told.seconds_until_done(told.mark())
                seconds.append(monotonic() - began)
        fault = "`sambung topics create --anew` while apps publish without a pause, from its beginning on"
        tell(told.verdict(fault, TRIES, max(seconds)))


def rebuild(cluster: Cluster) -> None:
    where = ["--broker", cluster.address, "--database", cluster.database]
    try:
        done = run_module(
            *("sambung", "topics", "create", "--anew", *where),
            env=environment(**cluster.settings),
            stdin=subprocess.DEVNULL,
            timeout=ENDS_S,
        )
    except subprocess.TimeoutExpired as late:
        told = (late.stderr or b"").decode()
        pytest.fail(f"sambung topics create --anew did not end in {ENDS_S:.0f} s under traffic\n{told}")
    assert done.returncode == 0, done.stderr.decode()
