"""`make demo` after its set-up: the time of each command."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import monotonic

from bench.figures import Table

ROOT = Path(__file__).parents[1]
ROUNDS_IN_FULL = 3
LAST_LINE = "What to type next"


def measure(*, full: bool) -> Table:
    runs = [_seconds() for _ in range(ROUNDS_IN_FULL if full else 1)]
    rows = [(f"`{command}`", f"{median([run[command] for run in runs]):.1f} s") for command in runs[0]]
    total = median([sum(run.values()) for run in runs])
    return Table("demo", ("command", "time"), [*rows, ("all of it", f"{total:.1f} s")])


def _seconds() -> dict[str, float]:
    """By command; each lasts from the line that shows it to the next one."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    began: list[tuple[str, float]] = []
    command = ["sh", "demo.sh"]
    with subprocess.Popen(  # noqa: S603  not user input
        command, cwd=ROOT, env=os.environ | {"PATH": path}, stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None  # noqa: S101  a pipe
        for line in demo.stdout:
            if line.startswith(("$ ", LAST_LINE)):
                words = line.removeprefix("$ ").split()
                began.append((" ".join(words[:2]), monotonic()))
    if demo.returncode:
        raise subprocess.CalledProcessError(demo.returncode, command)
    return {name: end - start for (name, start), (_, end) in pairwise(began)}
