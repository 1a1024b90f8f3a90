"""The ceiling of the one-stage job: aiokafka, msgspec and a dict; nothing is durable or committed."""

import asyncio
import gc
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from bench.contenders.asyncio_run import run
from bench.contenders.task import Stopwatch, Task, Timed
from bench.job import Touch, credit, decode, with_touch

BATCH_BYTES = 512 * 1024


class Ceiling:
    def __init__(self, task: Task, producer: AIOKafkaProducer) -> None:
        self._output = task.output
        self._producer = producer
        self._touches: dict[bytes, list[Touch]] = {}
        self.acknowledgements: list[asyncio.Future[object]] = []

    async def take(self, partition: int, records: Sequence[ConsumerRecord]) -> None:
        stored = self._touches
        batch = self._producer.create_batch()
        for record in records:
            event = decode(record.value)
            touches = stored.get(record.key, [])
            if event.type == "touch":
                stored[record.key] = with_touch(touches, event)
                continue
            value = credit(touches, event)
            if batch.append(key=record.key, value=value, timestamp=None) is None:
                await self._send(batch, partition)
                batch = self._producer.create_batch()
                batch.append(key=record.key, value=value, timestamp=None)
        if batch.record_count():
            await self._send(batch, partition)

    async def _send(self, batch: object, partition: int) -> None:
        self.acknowledgements.append(
            await self._producer.send_batch(batch, self._output, partition=partition)
        )


async def ceiling(task: Task) -> Timed:
    watch = Stopwatch(task)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=task.address, enable_auto_commit=False, max_partition_fetch_bytes=4 << 20
    )
    producer = AIOKafkaProducer(bootstrap_servers=task.address, max_batch_size=BATCH_BYTES)
    async with consumer, producer:
        consumer.assign([TopicPartition(task.input, number) for number in task.ends])
        await consumer.seek_to_beginning()
        gc.disable()  # there are no cycles, and the collector would walk all stored touches
        job, left = Ceiling(task, producer), sum(task.ends.values())
        while left:
            polled = await consumer.getmany(timeout_ms=200)
            for partition, records in polled.items():
                watch.saw(len(records))
                left -= len(records)
                await job.take(partition.partition, records)
        await asyncio.gather(*job.acknowledgements)
        return watch.stop()


if __name__ == "__main__":
    run(ceiling)
