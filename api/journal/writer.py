"""Writes a journal: each call ends when its records are on the disk."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import time_ns
from typing import Final

from api.journal.frames import encoded, frame_after, frame_at
from api.journal.room import Room
from api.journal.segments import Segment, segments, settled_in, sync, sync_folder
from api.ports import NotDurable, PublicRecord

SEGMENT_BYTES: Final = 16 << 20
"""Size from which on the next segment is begun; settled ones are deleted as a whole."""


def _now_us() -> int:
    return time_ns() // 1_000


class JournalWriter:
    """The only writer of a folder; it belongs to one thread.

    Every process begins a segment of its own, numbered from the clock (microseconds since 1970): so no number
    is used by two processes, whatever became of what the first one wrote.
    """

    def __init__(self, folder: Path, clock_us: Callable[[], int] = _now_us) -> None:
        """Raises OSError if the folder can neither be made nor read."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._sync: Callable[[int], None] = sync
        self.room = Room(folder)
        self._acknowledged = _cut_off(folder)
        self._next = self._first = max(self._acknowledged + 1, clock_us())
        self._file = -1
        self._size = 0

    def append(self, records: list[PublicRecord]) -> None:
        """Returns when they are on the disk. Raises NotDurable."""
        if reason := self.room.missing():
            raise NotDurable(reason)
        frame = encoded(self._next, records)
        first, self._next = self._next, self._next + len(records)
        try:
            if self._file < 0 or self._size >= SEGMENT_BYTES:
                self._begin(first)
            _write(self._file, frame)
            self._sync(self._file)
        except OSError as error:
            self._abandon()
            raise NotDurable(_sentence(self._folder, error)) from error
        self._acknowledged = self._next - 1
        self._size += len(frame)

    def waiting(self) -> int:
        """Records that are not settled. What processes before this one have left counts as one."""
        settled = settled_in(self._folder) or 0
        if settled >= self._acknowledged:
            return 0
        return max(1, self._acknowledged - max(settled, self._first - 1))

    def close(self) -> None:
        if self._file >= 0:
            with suppress(OSError):
                os.close(self._file)
            self._file = -1

    def _begin(self, first: int) -> None:
        self.close()
        path = Segment.named(self._folder, self._acknowledged, first).path
        self._size = 0
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        sync_folder(self._folder)

    def _abandon(self) -> None:
        """After an error nobody knows what of the file is on the disk: the next frame begins another one.

        What was written is taken back if possible, to make room; if not, it is never read as acknowledged.
        """
        if self._file >= 0:
            with suppress(OSError):
                os.ftruncate(self._file, self._size)
        self.close()


def _write(file: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]


def _cut_off(folder: Path) -> int:
    """The last whole record; what stands behind it was torn by a kill, and is cut off."""
    found = segments(folder)
    if not found:
        sync_folder(folder.parent)
        return 0
    content, end, last = found[-1].path.read_bytes(), 0, found[-1].follows
    while (frame := frame_at(content, end) or frame_after(content, end)) is not None:
        end, last = frame.end, frame.last
    if end < len(content):
        with suppress(OSError):  # a reader passes over it
            os.truncate(found[-1].path, end)
    return last


def _sentence(folder: Path, error: OSError) -> str:
    return f"The journal in {folder} cannot be written: {(error.strerror or str(error)).lower()}."
