"""Reads a journal from a position on, also while it is written."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from api.journal.frames import Frame, frame_after, frame_at
from api.journal.segments import Segment, segments, settled_in
from api.ports import PublicRecord


class JournalDamage(Exception):  # noqa: N818  it reads as what happened
    """Acknowledged records cannot be read; the text names the file and says which."""


class Numbered(NamedTuple):
    number: int
    record: PublicRecord


OnDamage = Callable[[JournalDamage], None]


def _raise(damage: JournalDamage) -> None:
    raise damage


class JournalReader:
    """Gives each record once, in order.

    Parameters
    ----------
    folder: of the journal.
    after: number of the last record that is not wanted; None wants all that there are.
    on_damage: by default the damage is raised; if this returns, reading goes on behind it.
    """

    def __init__(self, folder: Path, after: int | None, on_damage: OnDamage = _raise) -> None:
        self._folder = folder
        self._on_damage = on_damage
        self.position = after or 0
        """Number of the last record read."""
        self._segment = self._first(after)
        self._seen = self._segment.follows if self._segment else 0
        """Number of the last whole record in the segment or before it."""
        self._at = 0
        """Where the next frame begins in the segment."""

    def read(self) -> list[Numbered]:
        """The next records, at most those of one segment; empty at the end. Raises JournalDamage, OSError."""
        self._segment = self._segment or self._first(None)
        while self._segment is not None:
            following = self._following()  # before the end is read: then nothing is added to it any more
            found = [*self._rest(self._segment)]
            if following is not None:
                self._check_end(self._segment, following)
                self._segment, self._at, self._seen = following, 0, following.follows
            if found or following is None:
                return found
        return []

    def _first(self, after: int | None) -> Segment | None:
        found = segments(self._folder)
        earlier = [one for one in found if after is None or one.follows <= after]
        if found and not earlier:
            self._tell(f"a file before {found[0].path} is missing", (after or 0) + 1, found[0].follows)
        return next(iter(found), None) if after is None or not earlier else earlier[-1]

    def _following(self) -> Segment | None:
        current = self._segment
        return next((one for one in segments(self._folder) if current is None or one > current), None)

    def _rest(self, segment: Segment) -> Iterator[Numbered]:
        content = _content(segment, self._at)
        start = 0
        while (frame := frame_at(content, start) or self._behind_damage(segment, content, start)) is not None:
            start, self._seen = frame.end, frame.last
            yield from self._wanted(frame)
        self._at += start

    def _behind_damage(self, segment: Segment, content: bytes, start: int) -> Frame | None:
        frame = frame_after(content, start)
        if frame is None or frame.first <= self._seen:
            return None
        self._tell(f"{segment.path} is damaged", max(self._seen + 1, segment.first), frame.first - 1)
        return frame

    def _check_end(self, segment: Segment, following: Segment) -> None:
        if self._seen < following.follows:
            first = max(self._seen + 1, segment.first)
            self._tell(f"{segment.path} is damaged, or a file behind it is missing", first, following.follows)

    def _wanted(self, frame: Frame) -> Iterator[Numbered]:
        for number, record in enumerate(frame.records, frame.first):
            if number > self.position:
                self.position = number
                yield Numbered(number, record)

    def _tell(self, what: str, first: int, last: int) -> None:
        """Unless all of them are settled: then nobody needs them."""
        if last > self.position:
            self._on_damage(
                JournalDamage(
                    f"The journal cannot be read: {what}. It had the acknowledged records {first} to {last}."
                )
            )


def unsettled(folder: Path) -> int:
    """Number of records that are not settled, also while others settle them. Raises JournalDamage."""
    while True:
        settled = settled_in(folder)
        try:
            return _count_after(folder, settled)
        except JournalDamage:  # unless the file was settled, and deleted, since it was listed
            if settled_in(folder) == settled:
                raise


def _count_after(folder: Path, settled: int | None) -> int:
    reader, count = JournalReader(folder, settled), 0
    while found := reader.read():
        count += len(found)
    return count


def _content(segment: Segment, start: int) -> bytes:
    try:
        with segment.path.open("rb") as file:
            file.seek(start)
            return file.read()
    except FileNotFoundError:  # settled since
        return b""
