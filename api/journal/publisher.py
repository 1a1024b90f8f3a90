"""The journal as a publisher: requests that arrive together share one sync."""

import asyncio
from collections.abc import Sequence
from functools import partial
from time import monotonic
from typing import Final, NamedTuple

from api.journal.writer import JournalWriter
from api.ports import NotDurable, PublicRecord
from sinks.own_thread import OwnThread

PATIENCE_S: Final = 5.0
"""How long a sync may take before the request is answered; the records may be durable all the same."""
ANSWER_S: Final = 3.0
"""How long the question may take what waits in the journal."""
NOT_READY_S: Final = 5.0
"""How long after a failed write the journal says that it is not ready; by then one is tried again."""
FRAME_RECORDS: Final = 20_000
"""Most records of one sync, unless a single request has more."""


class _Request(NamedTuple):
    records: Sequence[PublicRecord]
    done: "asyncio.Future[None]"


class JournalPublisher:
    """Implements `api.ports.Publisher` and `Backlog`; belongs to one event loop."""

    def __init__(self, writer: JournalWriter) -> None:
        self._writer = writer
        self._thread = OwnThread("journal")
        self._waiting: list[_Request] = []
        self._writing: asyncio.Task[None] | None = None
        self._failed = ("", 0.0)
        """Why the last write failed, and until when that is told."""

    async def publish(self, records: Sequence[PublicRecord]) -> None:
        if not records:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Request(records, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        try:
            async with asyncio.timeout(PATIENCE_S):
                await done
        except TimeoutError:
            raise NotDurable(f"The disk of the journal has not answered for {PATIENCE_S:.0f} s.") from None

    @property
    def not_ready_reasons(self) -> list[str]:
        reason, told_until = self._failed
        missing = self._writer.room.missing() or (reason if monotonic() < told_until else "")
        return [missing] if missing else []

    @property
    def warnings(self) -> list[str]:
        return []

    async def records(self) -> int | None:
        try:
            return await self._thread.run(self._writer.waiting, ANSWER_S)
        except TimeoutError:
            return None

    async def close(self) -> None:
        """Wait for what is being written."""
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=PATIENCE_S)
        self._writer.close()

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                await self._write(self._take())
        finally:
            self._writing = None

    def _take(self) -> list[_Request]:
        """The requests of the next frame; those whose client has gone are left out."""
        taken: list[_Request] = []
        count = 0
        for request in self._waiting:
            count += len(request.records)
            if taken and count > FRAME_RECORDS:
                break
            taken.append(request)
        del self._waiting[: len(taken)]
        return [request for request in taken if not request.done.done()]

    async def _write(self, requests: list[_Request]) -> None:
        records = [record for request in requests for record in request.records]
        if not records:
            return
        reason = ""
        try:
            await self._thread.run(partial(self._writer.append, records))
        except NotDurable as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001  every request is answered, whatever the reason
            reason = f"The journal cannot be written ({type(error).__name__})."
        self._failed = (reason, monotonic() + NOT_READY_S)
        for request in requests:
            _answer(request, reason)


def _answer(request: _Request, reason: str) -> None:
    if request.done.done():
        return
    if reason:
        request.done.set_exception(NotDurable(reason))
    else:
        request.done.set_result(None)
