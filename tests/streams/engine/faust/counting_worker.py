"""A worker process for tests: `python -m MODULE ADDRESS DATA_DIR`; SIGTERM ends it.

A third argument breaks it: with `unacknowledged` nothing that it sends is ever acknowledged, with `no-ends`
reading the ends of logs fails, with `stuck` a checkpoint never ends.
"""

import asyncio
import signal
import sys
from pathlib import Path

import structlog

from streams.engine.checkpoint import Stage
from streams.engine.faust.consumer_thread import ConsumerThread
from tests.streams.engine.counting import PATIENCE_S, worker_on


async def unacknowledged(*_: object, **__: object) -> asyncio.Future[object]:
    sys.stderr.write("sending\n")
    sys.stderr.flush()
    return asyncio.get_running_loop().create_future()


async def no_ends(*_: object) -> dict[object, int]:
    raise LookupError("the logs' ends are not to be had")


async def stuck(*_: object) -> None:
    await asyncio.Event().wait()


async def run(address: str, data_dir: Path, *how: str) -> None:
    app, worker = worker_on(address, data_dir)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    if "no-ends" in how:
        ConsumerThread._highwaters = no_ends  # type: ignore[method-assign,assignment]
    if "stuck" in how:
        Stage.checkpoint = stuck  # type: ignore[method-assign,assignment]
    async with worker.sending():
        if "unacknowledged" in how:
            worker.producers["count"].send_batch = unacknowledged
        await worker.run_until(stopping, PATIENCE_S)
        await app.stop()


if __name__ == "__main__":
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    asyncio.run(run(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]))
