"""Shared by the contenders on aiokafka: waiting for commits, and running a task."""

import asyncio
from collections.abc import Callable, Coroutine

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from bench.contenders.task import LOOK_S, Task, Timed, answer, task_of_process


async def committed(task: Task) -> None:
    """Return when the group has committed every event of the input."""
    partitions = [TopicPartition(task.input, number) for number in task.ends]
    admin = AIOKafkaAdminClient(bootstrap_servers=task.address)
    await admin.start()
    try:
        while True:
            offsets = await admin.list_consumer_group_offsets(task.name, partitions=partitions)
            if all(one in offsets and offsets[one].offset >= task.ends[one.partition] for one in partitions):
                return
            await asyncio.sleep(LOOK_S)
    finally:
        await admin.close()


def run(contender: Callable[[Task], Coroutine[None, None, Timed]]) -> None:
    """Run this process's task."""
    answer(asyncio.run(contender(task_of_process())))
