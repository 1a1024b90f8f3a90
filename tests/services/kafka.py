"""Apache Kafka for tests and benches, without Docker: KRaft nodes on loopback, processes that can be killed.

The jars are those that `make services` puts into `var/services/kafka`; Java 17 or newer runs them.
"""

import asyncio
import logging
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final
from uuid import uuid4

from aiokafka.errors import KafkaError

from tests.clients import admin_of
from tests.services.missing import need
from tests.services.ports import free_ports
from tests.services.server import Server

ROOT: Final = Path(__file__).parents[2]
JARS: Final = ROOT / "var/services/kafka"
JAVA: Final = ("java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
UP_S: Final = 60.0


class Node(Server):
    """One broker that is a controller too.

    Parameters
    ----------
    number: from 1.
    folder: its own, with logs and settings that outlive the process.
    port: where clients reach it.
    voters: of the quorum, `1@127.0.0.1:PORT,...`; its own controller port among them.
    settings: put before those that every node has.
    doors: further ways in for clients: their ports by name and protocol, `LOGIN:SASL_SSL`.
    java: the machine and its options.
    """

    stops_s = 30.0

    def __init__(  # noqa: PLR0917  a node is made in one place
        self,
        number: int,
        folder: Path,
        port: int,
        voters: str,
        settings: Mapping[str, str],
        doors: Mapping[str, int],
        java: Sequence[str] = JAVA,
    ) -> None:
        super().__init__()
        self._machine = java
        self.address = f"127.0.0.1:{port}"
        self.doors = {door.partition(":")[0]: f"127.0.0.1:{port}" for door, port in doors.items()}
        self.folder = folder
        self._properties = folder / "server.properties"
        folder.mkdir(parents=True)
        controller = dict(one.split("@") for one in voters.split(","))[str(number)]
        for_clients = ",".join(f"{name}://{address}" for name, address in self._ways_in())
        text = {
            "process.roles": "broker,controller",
            "node.id": str(number),
            "controller.quorum.voters": voters,
            "controller.listener.names": "CONTROLLER",
            "listeners": f"{for_clients},CONTROLLER://{controller}",
            "advertised.listeners": for_clients,
            "inter.broker.listener.name": "CLIENTS",
            "listener.security.protocol.map": ",".join(["CLIENTS:PLAINTEXT", "CONTROLLER:PLAINTEXT", *doors]),
            "log.dirs": str(folder / "logs"),
            "auto.create.topics.enable": "false",
            "group.initial.rebalance.delay.ms": "0",
            "offsets.topic.num.partitions": "4",
            "log.cleaner.enable": "true",
            "num.network.threads": "2",
            "num.io.threads": "4",
        } | settings
        self._properties.write_text("".join(f"{key}={value}\n" for key, value in text.items()))

    def _ways_in(self) -> list[tuple[str, str]]:
        return [("CLIENTS", self.address), *self.doors.items()]

    def format(self, cluster_id: str, users: Sequence[str] = ()) -> None:
        command = self._java(
            "kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(self._properties)
        )
        command += [part for user in users for part in ("--add-scram", user)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()

    def start(self) -> None:
        """Start the process, and do not wait."""
        with (self.folder / "node.log").open("ab") as log:
            command = self._java("kafka.Kafka", str(self._properties))
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def tool(self, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        """One of Kafka's own programs, by its class."""
        return subprocess.run(self._java(*arguments), capture_output=True, check=False)

    def last_words(self) -> str:
        return (self.folder / "node.log").read_text(errors="replace")[-3_000:]

    def _java(self, *arguments: str) -> list[str]:
        settings = ROOT / "tests/services/log4j2.properties"
        log = f"-Dlog4j2.configurationFile={settings}"
        return [*self._machine, log, "-cp", f"{JARS}/*", *arguments]


class Kafka:
    """A cluster of such nodes.

    `users` can log in by SCRAM, as `kafka-storage format --add-scram` wants them.
    """

    def __init__(self, nodes: list[Node], users: Sequence[str] = ()) -> None:
        self.nodes = nodes
        self._users = users

    @property
    def address(self) -> str:
        return ",".join(node.address for node in self.nodes)

    def door(self, name: str) -> str:
        return ",".join(node.doors[name] for node in self.nodes)

    def start(self) -> None:
        """Start every node that is not running, and wait until all of them answer."""
        for node in self.nodes:
            if not node.running:
                node.start()
        self.wait_until_up()

    def restart(self) -> None:
        """Kill every node, and start them all again on the same logs."""
        for node in self.nodes:
            node.kill()
        self.start()

    def restart_empty(self) -> None:
        """Kill every node, and start a new cluster without anything at the same addresses."""
        for node in self.nodes:
            node.kill()
            shutil.rmtree(node.folder / "logs")
        self.format()
        self.start()

    def format(self) -> None:
        cluster_id = uuid4().hex[:22]
        for node in self.nodes:
            node.format(cluster_id, self._users)

    def wait_until_up(self) -> None:
        """Until every node answers and knows of all the others."""
        deadline = monotonic() + UP_S
        for node in self.nodes:
            while asyncio.run(_brokers_known_to(node.address)) < len(self.nodes):
                assert node.running, f"Kafka ended by itself:\n{node.last_words()}"
                assert monotonic() < deadline, f"Kafka did not answer in {UP_S:.0f} s:\n{node.last_words()}"
                sleep(0.1)


async def _brokers_known_to(address: str) -> int:
    """0 while it does not answer."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it logs every failed attempt
    try:
        async with asyncio.timeout(5), admin_of(address) as admin:
            return len((await admin.describe_cluster())["brokers"])
    except (KafkaError, OSError, TimeoutError):
        return 0
    finally:
        logging.getLogger("aiokafka").setLevel(logging.NOTSET)


def lacking() -> str:
    """What this machine needs before it can run Kafka; empty when it can."""
    if not shutil.which("java"):
        return "Java 17 or newer is not installed"
    if not any(JARS.glob("kafka_*.jar")):
        return f"no Kafka in {JARS}: run `make services` once"
    return ""


@contextmanager
def kafka_cluster(
    folder: Path,
    nodes: int = 1,
    *,
    doors: Sequence[str] = (),
    users: Sequence[str] = (),
    java: Sequence[str] = JAVA,
    **settings: str,
) -> Iterator[Kafka]:
    """A new cluster, up; stopped and removed at the end. Skips, or fails in CI, where it cannot be had.

    Settings are Kafka's own names with underscores for dots.
    """
    reason = lacking()
    need(not reason, reason)
    copies = str(min(nodes, 3))
    given = {name.replace("_", "."): value for name, value in settings.items()}
    for_all = {
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": "2" if nodes > 2 else "1",
    } | given
    ports = free_ports((2 + len(doors)) * nodes)
    further = [dict(zip(doors, ports[2 * nodes + n :: nodes], strict=True)) for n in range(nodes)]
    voters = ",".join(f"{number}@127.0.0.1:{ports[nodes + number - 1]}" for number in range(1, nodes + 1))
    made = [
        Node(n, folder / f"node-{n}", ports[n - 1], voters, for_all, further[n - 1], java)
        for n in range(1, nodes + 1)
    ]
    kafka = Kafka(made, users)
    kafka.format()
    try:
        kafka.start()
        yield kafka
    finally:
        for node in made:
            node.kill()
        shutil.rmtree(folder, ignore_errors=True)
