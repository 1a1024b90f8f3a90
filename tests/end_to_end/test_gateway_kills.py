"""A gateway on Apache Kafka under load, both killed: each acknowledged event is counted exactly once."""

from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from random import Random
from time import sleep
from typing import Final

import httpx
import pytest

from streams.engine.kafka.connection import Connection
from tests.end_to_end.runs import sambung_here, started, until
from tests.end_to_end.teams import Teams, check_all_is_counted_once
from tests.end_to_end.workers import Cluster, Tended
from tests.faults.load import events
from tests.services.brokers import SHORT_SESSIONS
from tests.services.kafka import kafka_cluster
from tests.services.ports import free_port
from tests.thorough import tries

pytestmark = [pytest.mark.broker, pytest.mark.service, pytest.mark.timeout(600)]

KILLS: Final = 12
LONGEST_LIFE_S: Final = 5.0
LINES: Final = 20_000
PAUSE_S: Final = 0.2
"""Of each team between two batches: the lines last for 50 s, so some are on their way in several kills."""
SCOPES: Final = ("publish:enrollment", "publish:outreach-event", "publish:inspection")


def test_every_acknowledged_event_is_counted_once_whatever_is_killed(tmp_path: Path) -> None:
    rng, port = Random("kills"), free_port()
    settings = SHORT_SESSIONS | {"broker_session_timeout_ms": "3000"}
    with kafka_cluster(tmp_path / "kafka", **settings) as kafka, ExitStack() as running:
        cluster = Cluster(Connection(kafka.address), tmp_path, f"sqlite:///{tmp_path}/sambung.db")
        cluster.create_first_topics()
        cluster.start(running, "worker")
        gateway = serving(cluster, port, running)
        lines = islice(events(9_000), LINES)
        with Teams(port, new_key(cluster.database), lines, pause_s=PAUSE_S) as teams:
            for number in range(tries(KILLS)):
                sleep(rng.uniform(1.0, LONGEST_LIFE_S))
                if number % 3 != 1:
                    kafka.nodes[0].kill()
                if number % 3 != 0:
                    gateway.kill_and_start_again()
                sleep(rng.uniform(0.0, 2.0))
                kafka.start()
                cluster.tend()
            until(lambda: is_ready(port), "ready")
            sleep(2)
            teams.stop()
        cluster.wait_until_stored()
    assert teams.cut_off > 0
    assert teams.refused_for_now > 0
    assert len(teams.answered) > 500
    check_all_is_counted_once(teams, cluster.database)


def serving(cluster: Cluster, port: int, running: ExitStack) -> Tended:
    """A gateway, once it is ready; it writes into a log of the cluster's folder."""
    options = ("serve", "--broker", cluster.address, "--database", cluster.database, "--port", str(port))
    log = cluster.log("gateway")
    unlimited = cluster.settings | {"SAMBUNG_GATEWAY_REQUESTS_PER_MINUTE": "0"}
    made = Tended(lambda: running.enter_context(started(*options, log=log, **unlimited)))
    until(lambda: is_ready(port), "ready")
    return made


def is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").is_success
    except httpx.TransportError:
        return False


def new_key(database: str) -> str:
    scopes = [f"--scope={scope}" for scope in SCOPES]
    made = sambung_here("keys", "create", "team", *scopes, "--database", database)
    assert made.returncode == 0, made.stderr
    return str(made.stdout).strip()
