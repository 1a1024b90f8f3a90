"""Memory and CPU time of child processes, read from Linux' /proc while they run."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

PROC = Path("/proc")
LOOK_S = 0.2
"""Each look takes some milliseconds from the measured cores."""
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PARENT, _USER, _SYSTEM = 1, 11, 12
"""Fields of /proc/PID/stat after the command, which may contain blanks."""


class Cost(NamedTuple):
    peak_mb: float
    cpu_s: float


class Watch:
    """Looks at every descendant process until the block ends; the last look at each counts.

    The work of a process between its last look and its end, at most 0.2 s, is not seen.
    """

    def __init__(self) -> None:
        self.costs: dict[tuple[str, ...], Cost] = {}
        """By command line; processes with the same one are not told apart."""
        self.together_mb = 0.0
        """Largest sum of what all processes had in memory at one look; what they share counts in each."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_repeatedly, daemon=True)

    def __enter__(self) -> Self:
        if not (PROC / "self" / "status").exists():
            raise OSError("Memory and time by process are read from /proc, which only Linux has.")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def of(self, *words: str) -> Cost:
        """Sum of the processes whose command line has one of these words."""
        found = [cost for command, cost in self.costs.items() if not set(words).isdisjoint(command)]
        return Cost(sum(one.peak_mb for one in found), sum(one.cpu_s for one in found))

    def _look_repeatedly(self) -> None:
        while not self._over.wait(LOOK_S):
            self.together_mb = max(self.together_mb, sum(map(self._look, list(_below(os.getpid())))))

    def _look(self, pid: int) -> float:
        """What it has in memory now, in MB."""
        try:
            command = (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").rstrip("\0")
            status = (PROC / str(pid) / "status").read_text()
            used_s = cpu_s(pid)
        except (OSError, IndexError):
            return 0.0  # it ended meanwhile
        if not command or "VmHWM:" not in status:  # it is starting or has ended
            return 0.0
        peak_mb, now_mb = (int(status.partition(name)[2].split()[0]) / 1024 for name in ("VmHWM:", "VmRSS:"))
        self.costs[tuple(command.split("\0"))] = Cost(peak_mb, used_s)
        return now_mb


def cpu_s(pid: int) -> float:
    """CPU time of a process until now, all its threads together, in user and system."""
    fields = _stat(pid)
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / TICKS_PER_S


def _stat(pid: int) -> list[str]:
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _below(ancestor: int) -> Iterator[int]:
    parents: dict[int, int] = {}
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = int(_stat(int(entry.name))[_PARENT])
            except OSError:
                continue
    found = {ancestor}
    for pid in sorted(parents):  # nearly always parents before children; the next look finds the rest
        if parents[pid] in found:
            found.add(pid)
            yield pid
