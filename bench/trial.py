"""One contender's run of the one-stage job: topics, events, process and output."""

import asyncio
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import NewTopic

from bench import job
from bench.contenders.task import Task, Timed
from bench.entrants import ROOT, Entrant
from streams.engine.kafka.admin import admin_client
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import new_producer, partition_of, send
from streams.engine.kafka.watermarks import end_offsets
from streams.engine.records import KeyValue

CHUNK = 5_000
TIMEOUT_S = 600
READ_WAIT_MS = 500
"""Plain Faust's outputs are very many batches, which the embedded broker reads slowly."""


def timed(entrant: Entrant, address: str, events: Iterator[tuple[bytes, bytes]], right: list[bytes]) -> Timed:
    """A run with its own topics. Raises ValueError unless its sorted output is `right`.

    A second run of the same entrant on the same broker needs another name.
    """
    with tempfile.TemporaryDirectory(prefix="sambung-bench-") as data_dir:
        name = entrant.name
        task = Task(address, f"{name}-in", f"{name}-out", name, data_dir, {})
        asyncio.run(_make_topics(task, entrant))
        task.ends = asyncio.run(_published(task, events))
        took = _run(entrant, task)
        sent = sorted(asyncio.run(_sent(task)))
    if sent != right:
        surplus, missing = Counter(sent) - Counter(right), Counter(right) - Counter(sent)
        raise ValueError(
            f"{name} sent {surplus.total()} records too many, and {missing.total()} are missing."
        )
    return took


async def _make_topics(task: Task, entrant: Entrant) -> None:
    topics = [NewTopic(one, job.PARTITIONS, 1) for one in (task.input, task.output)]
    if not entrant.makes_changelog:
        compacted = {"cleanup.policy": "compact"}
        topics.append(NewTopic(f"{task.name}-credit-changelog", job.PARTITIONS, 1, topic_configs=compacted))
    async with admin_client(Connection(task.address)) as admin:
        await admin.create_topics(topics)


async def _published(task: Task, events: Iterator[tuple[bytes, bytes]]) -> dict[int, int]:
    """Publish the events to the input topic; return the ends of its partitions."""
    ends: dict[int, int] = {}
    async with new_producer(Connection(task.address), "bench") as producer:
        while chunk := list(islice(events, CHUNK)):
            runs: dict[tuple[str, int], list[KeyValue]] = {}
            for key, value in chunk:
                runs.setdefault((task.input, partition_of(key, job.PARTITIONS)), []).append((key, value, ()))
            spans = await send(producer, runs)
            ends |= {partition: span.last + 1 for (_, partition), span in spans.items()}
    return ends


def _run(entrant: Entrant, task: Task) -> Timed:
    command = [*entrant.command, msgspec.json.encode(task).decode()]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=TIMEOUT_S)  # noqa: S603  not user input
    return msgspec.json.decode(done.stdout, type=Timed)


async def _sent(task: Task) -> list[bytes]:
    partitions = [TopicPartition(task.output, number) for number in range(job.PARTITIONS)]
    ends = await end_offsets(Connection(task.address), partitions)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=task.address, enable_auto_commit=False, fetch_max_wait_ms=READ_WAIT_MS
    )
    values: list[bytes] = []
    async with consumer:
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        while any([await consumer.position(one) < ends[one] for one in partitions]):
            for records in (await consumer.getmany(timeout_ms=READ_WAIT_MS)).values():
                values += [record.value for record in records]
    return values
