"""Office mode with the seasons of four years in its archive: from its start until counts are live again."""

import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from time import monotonic

from bench.figures import Table, many
from bench.processes import Cost, Watch
from bench.season import season_file
from tests.end_to_end.office import Office
from tests.end_to_end.runs import until

YEARS_IN_FULL = 4
"""Each has a season of its own; they share few members and no event."""
LINES_IN_FULL = 226_000
"""Of these, 200,000 are events to archive: not repeated, and accepted."""
_INSTANT = re.compile(rb'"(20[0-9]{2})(-[0-9]{2}-[0-9]{2}T)')
LIVE = "Counts are live again"
PATIENCE_S = 1_800.0
PROCESSES = {
    "supervisor": "up",
    "worker": "worker",
    "broker": "--storage-engine",
    "stream": "office-stream",
    "gateway": "serve",
}
"""By what people call them: a word of their command lines, and of no other's."""


def measure(*, full: bool) -> Table:
    with tempfile.TemporaryDirectory(prefix="sambung-bench-") as folder:
        office = Office(Path(folder) / "office")
        office.folder.mkdir()
        _fill(office.database, YEARS_IN_FULL if full else 1)
        with Watch() as watch:
            began = monotonic()
            with office.running():
                office.wait_until_ready()
                ready_s = monotonic() - began
                until(lambda: LIVE in office.words(), LIVE, PATIENCE_S)
                live_s = monotonic() - began
                events = int(office.words().partition(f"{LIVE} (")[2].partition(" ")[0].replace(",", ""))
        costs = {name: watch.of(word) for name, word in PROCESSES.items()}
    return Table(
        "office",
        ("", f"{events:,} archived events", "target with 200,000"),
        [
            ("the gateway takes events after", f"{ready_s:.1f} s", "10 s"),
            ("counts are live again after", f"{live_s:.0f} s", "180 s"),
            ("CPU time until then", f"{sum(cost.cpu_s for cost in costs.values()):.0f} s", ""),
            ("memory of all processes together, at its peak", f"{many(watch.together_mb)} MB", "2,000 MB"),
            *((f"process {name}: peak memory; CPU time", _cost(cost), "") for name, cost in costs.items()),
        ],
    )


def _cost(cost: Cost) -> str:
    return f"{many(cost.peak_mb)} MB; {cost.cpu_s:.1f} s"


def _fill(database: str, years: int) -> None:
    with ExitStack() as stack:
        files = [stack.enter_context(season_file(str(seed))) for seed in range(1, years + 1)]
        room = LINES_IN_FULL
        for later, file in enumerate(files):
            lines = file.read_bytes().splitlines(keepends=True)[:room]
            room -= len(lines)
            file.write_bytes(_INSTANT.sub(partial(_moved, years=later), b"".join(lines)))
        command = [sys.executable, "-m", "sambung", "replay", *map(str, files), "--database", database]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603


def _moved(instant: re.Match[bytes], years: int) -> bytes:
    return b'"%d%s' % (int(instant[1]) + years, instant[2])
