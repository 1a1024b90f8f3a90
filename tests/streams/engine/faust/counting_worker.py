"""A worker process for tests: `python -m MODULE ADDRESS DATA_DIR`; SIGTERM ends it.

A third argument breaks it: with `unacknowledged` nothing that it sends is ever acknowledged, with `no-ends`
reading the ends of logs fails, with `stuck` a checkpoint never ends, with `blocked` nothing else runs
meanwhile, with `recovering` no recovery ends, with `failing` it fails when it is to stop.
"""

import asyncio
import signal
import sys
from pathlib import Path
from time import sleep

import structlog

from streams.engine.checkpoint import Stage
from streams.engine.faust.consumer_thread import ConsumerThread
from streams.engine.kafka.shared_sender import SharedSender
from tests.streams.engine.counting import PATIENCE_S, worker_on


async def unacknowledged(*_: object) -> None:
    sys.stderr.write("sending\n")
    sys.stderr.flush()
    await stuck()


async def no_ends(*_: object) -> dict[object, int]:
    raise LookupError("the logs' ends are not to be had")


async def stuck(*_: object) -> None:
    await asyncio.Event().wait()


async def recovering(*_: object) -> None:
    sys.stderr.write("recovering\n")
    sys.stderr.flush()
    await stuck()


async def blocked(*_: object) -> None:
    sleep(1_000)  # noqa: ASYNC251 - as a call into a library would


async def run(address: str, data_dir: Path, *how: str) -> None:
    app, worker = worker_on(address, data_dir)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    if "no-ends" in how:
        ConsumerThread._highwaters = no_ends  # type: ignore[method-assign,assignment]
    if "recovering" in how:
        ConsumerThread._highwaters = recovering  # type: ignore[method-assign,assignment]
    if "blocked" in how:
        Stage.checkpoint = blocked  # type: ignore[method-assign,assignment]
    if "stuck" in how:
        Stage.checkpoint = stuck  # type: ignore[method-assign,assignment]
    if "unacknowledged" in how:
        SharedSender._produce = unacknowledged  # type: ignore[method-assign,assignment]
    async with worker.sending():
        await worker.run_until(stopping, PATIENCE_S)
        if "failing" in how:
            raise RuntimeError("it cannot stop")
        await app.stop()


if __name__ == "__main__":
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    asyncio.run(run(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]))
