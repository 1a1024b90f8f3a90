"""A worker process for tests: `python -m tests.engine.counting_worker ADDRESS DATA_DIR`; SIGTERM ends it."""

import asyncio
import signal
import sys
from pathlib import Path

import structlog

from streams.engine.sending import new_producer
from tests.engine.counting import worker_on


async def run(address: str, data_dir: Path) -> None:
    app, worker = worker_on(address, data_dir)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    worker.producer = new_producer(address, "counting-worker")
    await worker.producer.start()
    await app.start()
    await stopping.wait()
    await app.stop()
    await worker.producer.stop()


if __name__ == "__main__":
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    asyncio.run(run(sys.argv[1], Path(sys.argv[2])))
