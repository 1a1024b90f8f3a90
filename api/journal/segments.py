"""The files of a journal: segments, named by the records before and in them, and the position settled.

`FOLLOWS-FIRST.journal` has the records from number FIRST on; FOLLOWS is the last acknowledged one before it.
No number between them is ever used: it may belong to a write that failed, and whoever has read such a record,
of which nobody was told that it is durable, must not take another one for it.
"""

import os
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

try:
    from fcntl import F_FULLFSYNC, fcntl  # type: ignore[attr-defined, unused-ignore]  # macOS
except ImportError:
    F_FULLFSYNC = None

SETTLED: Final = "settled"
_NAME: Final = re.compile(r"(\d{16})-(\d{16})\.journal")


class Segment(NamedTuple):
    first: int
    """Number of its first record."""
    follows: int
    """Number of the last acknowledged record before it; 0 for none."""
    path: Path

    @classmethod
    def named(cls, folder: Path, follows: int, first: int) -> "Segment":
        return cls(first, follows, folder / f"{follows:016}-{first:016}.journal")


def journal_beside(store: Path) -> Path:
    """Where the journal of a store in SQLite is, if it has one."""
    return store.with_name("journal")


def segments(folder: Path) -> list[Segment]:
    """In order; empty where there is no journal."""
    try:
        names = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []
    found = [match for name in names if (match := _NAME.fullmatch(name))]
    return sorted(Segment(int(one[2]), int(one[1]), folder / one[0]) for one in found)


def size_of(folder: Path) -> int:
    """Bytes of all segments."""
    return sum(map(_size, segments(folder)))


def settled_in(folder: Path) -> int | None:
    """The last record that is settled; None if nothing says so: reading a settled one again does no harm."""
    try:
        return int((folder / SETTLED).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None


def settle(folder: Path, number: int) -> None:
    """Keep the position, then delete the segments that have no later record."""
    partial = folder / f"{SETTLED}.partial"
    with partial.open("w", encoding="ascii") as file:
        file.write(f"{number}\n")
        file.flush()
        sync(file.fileno())
    partial.replace(folder / SETTLED)
    sync_folder(folder)
    for segment in _settled_segments(folder, number):
        segment.path.unlink(missing_ok=True)


def _settled_segments(folder: Path, number: int) -> Iterator[Segment]:
    """All but the newest, to which records may be added."""
    found = segments(folder)
    for segment, following in pairwise(found):
        if following.follows <= number:
            yield segment


def sync(file: int) -> None:
    """Wait until a file's bytes are on the disk, also in its own cache. Raises OSError."""
    if F_FULLFSYNC is not None:
        fcntl(file, F_FULLFSYNC)
    else:
        os.fsync(file)


def sync_folder(folder: Path) -> None:
    """The same for the names in it."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        sync(opened)
    finally:
        os.close(opened)


def _size(segment: Segment) -> int:
    try:
        return segment.path.stat().st_size
    except FileNotFoundError:
        return 0
