"""The stages' process in office mode: started again on the same broker when it ends."""

import asyncio
import os
import signal
from time import monotonic
from typing import Final

import structlog

from sambung.replay.pipeline import WorkerProcess

log = structlog.get_logger()

WELL_S: Final = 30.0
"""A worker that ran for so long is not failing at once."""
MOST_FAILURES: Final = 5
"""Ends at once, one after the other, after which the broker is taken for broken."""
PAUSE_S: Final = 0.5


class TendedWorker(WorkerProcess):
    """Its rows are on the broker, so it goes on where it was."""

    _tending: "asyncio.Task[None] | None" = None
    _failures = 0

    async def start(self) -> None:
        await super().start()
        self._tending = asyncio.create_task(self._tend())

    async def stop(self) -> None:
        """At once: the broker goes too, and its state with it."""
        if self._tending is not None:
            self._tending.cancel()
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
            await self._process.wait()

    def check(self) -> None:
        """Raises WorkerDied if it ends again and again."""
        if self._failures >= MOST_FAILURES:
            super().check()

    async def _tend(self) -> None:
        while self._failures < MOST_FAILURES:
            began = monotonic()
            code = await self.wait()
            self._failures = 1 if monotonic() - began > WELL_S else self._failures + 1
            log.warning("worker_ended", exit_code=code, failures=self._failures)
            await asyncio.sleep(PAUSE_S * self._failures)
            if self._failures < MOST_FAILURES:
                await super().start()
