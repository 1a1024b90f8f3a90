"""The sink process of a worker, seen from the worker: started, and started again when it is killed.

It shares no interpreter lock with the stages. What it tells (`sink_messages.py`) becomes metrics, readiness
and the positions that the watchdog compares with the ends of the logs.
"""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

import structlog

from sambung.terminal.child import Child
from sambung.terminal.exits import Exit, Failed, reason_of
from sambung.worker.sink_messages import AtWork, Away, Began, Failure, Wrote, message_in, positions_of
from sambung.worker.store_writer import LONGEST_RETRY_S
from streams.delivery import APPLY_S
from streams.store_metrics import StoreMetrics

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 10.0
"""The pause before it is started again doubles up to this."""
WELL_S: Final = 60.0
"""One that ran for so long begins with the shortest pause again."""
LONGEST_SILENCE_S: Final = APPLY_S + LONGEST_RETRY_S
"""While it starts or writes it tells something at least so often."""
SIGNALLED: Final = 128
"""Exit codes above it name a signal."""
STARTING: Final = "the process that writes the store is starting"

log = structlog.get_logger()


class SinkProcess(AbstractAsyncContextManager["SinkProcess"]):
    """Runs until the context is closed. Implements `streams.engine.faust.watchdog.StoreDelivery`.

    Parameters
    ----------
    child: runs the command `sink`, started.
    metrics: kept by the worker.
    """

    def __init__(self, child: Child, metrics: StoreMetrics) -> None:
        self._child = child
        child.hear = self._hear
        self._metrics = metrics
        metrics.pid = lambda: child.pid
        self._failure = ""
        self._generation: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._began = monotonic()
        """When it was started last."""
        self._unwritten_since: float | None = None
        """First start, kill or try after the last batch that it wrote; None if there was none."""
        self._silent_since: float | None = None
        """The same while it starts or writes; None while it waits for records."""
        self._note_silence()
        self.positions: Mapping[tuple[str, int], int] = {}
        self.trouble = STARTING
        """Why the store cannot be written now; empty if it can."""

    async def __aenter__(self) -> Self:
        self._tending = asyncio.create_task(self._tend())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tending.cancel()  # first: from here on its end means nothing
        await asyncio.wait({self._tending})
        if not self._tending.cancelled():
            self._tending.exception()  # this process ends for a reason of its own
        await self._child.stop()

    @property
    def busy(self) -> bool:
        """True if it starts or writes; it limits its own time, unless frozen or killed."""
        return self._silent_since is not None and monotonic() - self._silent_since < LONGEST_SILENCE_S

    async def until_at_work(self, generation: int) -> None:
        """Return when it reads the stream of this number. Raises Failed if it cannot."""
        either: set[asyncio.Future[Any]] = {self._tending, self._generation}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if self._tending.done():
            await self._tending
        if self._generation.result() != generation:
            raise _overtaken()

    async def until_failed(self) -> None:
        """Raises Failed when it has ended by itself."""
        await asyncio.shield(self._tending)

    async def _tend(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            code = await self._child.ended()
            if code >= 0 or code == -signal.SIGTERM:
                await self._end(code)
            if monotonic() - self._began > WELL_S:
                pause_s = FIRST_PAUSE_S
            log.warning("sink_killed", signal=-code, again_in_s=pause_s)
            self._note_silence()
            self.trouble = STARTING
            self._metrics.reachable.set(0)
            await asyncio.sleep(pause_s)
            pause_s, self._began = min(2 * pause_s, LONGEST_PAUSE_S), monotonic()
            await self._start()

    async def _start(self) -> None:
        try:
            await self._child.start()
        except OSError as error:
            sentence = f"The process that writes the store cannot be started ({reason_of(error)})."
            raise Failed(Exit.SERVICE_MISSING, sentence) from error

    async def _end(self, code: int) -> None:
        if code < 0 or code > SIGNALLED:  # it was told to stop: the worker does so too
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.Event().wait()
        raise Failed(code, self._failure or f"The process that writes the store ended (exit code {code}).")

    def _hear(self, line: bytes) -> None:
        match message_in(line):
            case AtWork() as at_work:
                self._begin(at_work)
            case Began():
                self._note_silence()
            case Wrote() as wrote:
                self.positions = positions_of(wrote.offsets)
                self._unwritten_since = self._silent_since = None
                self.trouble = ""
                self._metrics.wrote(wrote.applied, wrote.took_s)
            case Away(trouble):
                self._note_silence()
                self.trouble = trouble
                self._metrics.away()
            case Failure(sentence):
                self._failure = sentence

    def _note_silence(self) -> None:
        """It starts or writes now. If it is killed again and again, the silence is as old as the first kill.

        One that has run for longer than it may be silent was heard in between, or had nothing to write.
        """
        now = monotonic()
        if self._unwritten_since is None or now - self._began > LONGEST_SILENCE_S:
            self._unwritten_since = now
        self._silent_since = self._unwritten_since

    def _begin(self, at_work: AtWork) -> None:
        if not self._generation.done():
            self._generation.set_result(at_work.generation)
        elif self._generation.result() != at_work.generation:
            raise _overtaken()
        self.positions = positions_of(at_work.offsets)
        self._silent_since, self.trouble = None, ""
        self._metrics.reachable.set(1)
        log.info("sink_started", pid=self._child.pid)


def _overtaken() -> Failed:
    return Failed(
        Exit.SERVICE_MISSING,
        "A new stream has begun in this store since this worker was started. Start it again.",
    )
