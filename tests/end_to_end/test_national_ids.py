"""Thousands of national ids sent to a whole stream: none is left in what it keeps or tells."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import httpx
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition
from sqlalchemy import make_url

from streams.engine.kafka.connection import Connection
from streams.engine.kafka.watermarks import end_offsets
from tests.api.serving.asking import answers
from tests.api.serving.attempts import Ids, attempts
from tests.api.serving.traces import of_answer, of_folder, traces
from tests.clients import admin_of
from tests.end_to_end.office import Office
from tests.end_to_end.prying import everything
from tests.end_to_end.runs import rows, sambung_here, started, until
from tests.end_to_end.test_field_clients import port_in
from tests.end_to_end.workers import Cluster
from tests.services.brokers import Brokers
from tests.services.ports import free_ports
from tests.thorough import tries

pytestmark = pytest.mark.broker

COUNT: Final = tries(10_000)
KEY: Final = "an example of thirty-two bytes.."
SCOPES: Final = (
    *("publish:enrollment", "publish:outreach-event", "publish:inspection"),
    *("read:counts", "read:members", "read:rejected"),
)
SETTINGS: Final = {"SAMBUNG_PERSON_KEY": KEY, "SAMBUNG_GATEWAY_REQUESTS_PER_MINUTE": "0"}


@pytest.fixture
def database(request: pytest.FixtureRequest, brokers: Brokers, tmp_path: Path) -> str:
    """Of each broker another one: PostgreSQL beside Apache Kafka."""
    if brokers.kind == "kafka":
        made: str = request.getfixturevalue("postgres").new_database()
        return made
    return f"sqlite:///{tmp_path}/sambung.db"


def new_key(database: str) -> str:
    scopes = [f"--scope={scope}" for scope in SCOPES]
    made = sambung_here("keys", "create", "app", *scopes, "--database", database)
    assert made.returncode == 0, made.stderr
    return str(made.stdout).strip()


def test_none_is_left_in_the_stream(brokers: Brokers, database: str, tmp_path: Path) -> None:
    ids, ports = Ids(), free_ports(2)
    with brokers.new() as address, ExitStack() as running:
        cluster = Cluster(brokers.connection(address), tmp_path, database)
        cluster.create_first_topics()
        cluster.start(running, "worker", SAMBUNG_HEALTH_PORT=str(ports[0]))
        token, log = new_key(database), tmp_path / "gateway.log"
        settings = SETTINGS | {"SAMBUNG_GATEWAY_HEALTH_PORT": str(ports[1])}
        options = ("--broker", address, "--database", database, "--port", "0")
        running.enter_context(started("serve", *options, log=log, **settings))
        port = int(port_in(log))
        until(lambda: httpx.get(f"http://127.0.0.1:{port}/readyz").is_success, "ready")
        told = list(answers(port, attempts(ids, token, COUNT)))
        cluster.wait_until_stored()
        left = [(f"metrics at {one}", told_at(one)) for one in (*ports, port)]
        left += asyncio.run(of_topics(address))
        left += of_store(database)
        left += of_folder(tmp_path)
    assert len(ids.issued) >= COUNT
    assert len(rows(database, "rejected")) > COUNT / 10
    assert traces(ids, [*left, *(of_answer(number, one) for number, one in enumerate(told))]) == []


def test_none_is_left_in_an_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at while the journal still has the events, and once they are in the store."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    ids, office = Ids(), Office(tmp_path / "office")
    with office.running():
        office.wait_until_ready()
        token = new_key(office.database)
        told = list(answers(office.port, attempts(ids, token, COUNT)))
        left = [*of_folder(tmp_path)]
        until(lambda: len(rows(office.database, "rejected")) > COUNT / 10, "stored", 120)
        left += [("metrics", told_at(office.port)), *of_folder(tmp_path)]
    assert len(ids.issued) >= COUNT
    assert traces(ids, [*left, *(of_answer(number, one) for number, one in enumerate(told))]) == []


def told_at(port: int) -> bytes:
    answer = httpx.get(f"http://127.0.0.1:{port}/metrics")
    assert answer.is_success
    return answer.content


def of_store(database: str) -> Iterator[tuple[str, bytes]]:
    """Of one in PostgreSQL; SQLite's file is among those of the folder."""
    if make_url(database).get_backend_name() == "postgresql":
        yield from ((place, text.encode()) for place, text in everything(database))


async def of_topics(address: str) -> list[tuple[str, bytes]]:
    """Every record of every partition: key, value and headers."""
    async with AIOKafkaConsumer(bootstrap_servers=address, auto_offset_reset="earliest") as consumer:
        logs = await partitions_at(address)
        ends = await end_offsets(Connection(address), logs)
        consumer.assign(logs)
        await consumer.seek_to_beginning(*logs)
        found: list[tuple[str, bytes]] = []
        while any([await consumer.position(log) < ends[log] for log in logs]):
            for log, records in (await consumer.getmany(timeout_ms=500)).items():
                parts = [part for one in records for part in (one.key, one.value, *map(repr, one.headers))]
                texts = [part.encode() if isinstance(part, str) else part or b"" for part in parts]
                found.append((f"topic {log.topic}", b"\n".join(texts)))
        assert {f"topic {name}" for name in ("enrollment", "rejected")} <= {place for place, _ in found}
        return found


async def partitions_at(address: str) -> list[TopicPartition]:
    async with admin_of(address) as admin:
        names = [name for name in await admin.list_topics() if not name.startswith("__")]
        found = await admin.describe_topics(names)
    return [TopicPartition(one["topic"], part["partition"]) for one in found for part in one["partitions"]]
