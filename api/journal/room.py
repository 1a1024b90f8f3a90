"""Room for a journal: how large it may grow, and how much of the disk must stay free."""

import shutil
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final

from api.journal.segments import size_of

LARGEST_BYTES: Final = 1 << 30
LEAST_FREE_RATIO: Final = 0.05
LOOK_S: Final = 1.0


class Room:
    """Looks at the disk at most once in LOOK_S."""

    def __init__(self, folder: Path, clock: Callable[[], float] = monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._looked = -LOOK_S
        self._missing = ""

    def missing(self) -> str:
        """A sentence; empty while there is room."""
        now = self._clock()
        if now - self._looked >= LOOK_S:
            self._looked, self._missing = now, self._look()
        return self._missing

    def _look(self) -> str:
        try:
            size, disk = size_of(self._folder), shutil.disk_usage(self._folder)
        except OSError as error:
            return f"The journal in {self._folder} cannot be read: {(error.strerror or str(error)).lower()}."
        if size > LARGEST_BYTES:
            return (
                f"The journal in {self._folder} has {size / (1 << 20):,.0f} MiB that are not counted "
                "yet, and no more are taken until some are. See in the log what holds the counting up."
            )
        if disk.free < LEAST_FREE_RATIO * disk.total:
            return (
                f"Only {disk.free / (1 << 20):,.0f} MiB of the disk at {self._folder} are free, less than "
                f"{LEAST_FREE_RATIO:.0%}. Make room: no event is taken until then."
            )
        return ""
