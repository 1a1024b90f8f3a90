"""Detection of a stall: there is work and no progress."""

from collections.abc import Hashable


class StalledError(Exception):
    """There was no progress for too long; the text says which work is left."""


class Stall:
    """Time since there has been work without progress.

    >>> stall = Stall(now=0.0)
    >>> stall.seconds(5.0, work="journey/0", progress=17), stall.seconds(9.0, work="journey/0", progress=17)
    (0.0, 4.0)
    >>> stall.seconds(10.0, work="journey/0", progress=18), stall.seconds(99.0, work="", progress=18)
    (0.0, 0.0)
    """

    def __init__(self, now: float) -> None:
        self._since = now
        self._progress: Hashable = None

    def seconds(self, now: float, work: str, progress: Hashable) -> float:
        """Seconds since the last progress, or since there was no work."""
        if not work or progress != self._progress:
            self._since, self._progress = now, progress
        return now - self._since
