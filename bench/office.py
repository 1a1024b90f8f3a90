"""Office mode with four seasons in its archive: from its start until counts are live again."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

from bench.figures import Table, many
from bench.processes import Cost, Watch
from bench.season import season_file
from tests.end_to_end.office import Office
from tests.end_to_end.runs import until

SEEDS_IN_FULL = (1, 2, 3, 4)
"""Their seasons share few members and no event."""
SEEDS_IN_SHORT = (1,)
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
    seeds = SEEDS_IN_FULL if full else SEEDS_IN_SHORT
    with tempfile.TemporaryDirectory(prefix="sambung-bench-") as folder:
        office = Office(Path(folder) / "office")
        office.folder.mkdir()
        _fill(office.database, seeds)
        with Watch() as watch:
            began = monotonic()
            with office.running():
                office.wait_until_ready()
                ready_s = monotonic() - began
                until(lambda: LIVE in office.words(), LIVE, PATIENCE_S)
                live_s = monotonic() - began
                events = int(office.words().partition(f"{LIVE} (")[2].partition(" ")[0].replace(",", ""))
        costs = {name: watch.of(word) for name, word in PROCESSES.items()}
    peak_mb = sum(cost.peak_mb for cost in costs.values())
    return Table(
        "office",
        ("", f"{events:,} archived events", "target with 200,000"),
        [
            ("the gateway takes events after", f"{ready_s:.1f} s", "10 s"),
            ("counts are live again after", f"{live_s:.0f} s", "180 s"),
            ("CPU time until then", f"{sum(cost.cpu_s for cost in costs.values()):.0f} s", ""),
            ("memory of all processes, each at its peak", f"{many(peak_mb)} MB", "2,000 MB"),
            *((f"process {name}: peak memory; CPU time", _cost(cost), "") for name, cost in costs.items()),
        ],
    )


def _cost(cost: Cost) -> str:
    return f"{many(cost.peak_mb)} MB; {cost.cpu_s:.1f} s"


def _fill(database: str, seeds: Sequence[int]) -> None:
    with ExitStack() as stack:
        files = [str(stack.enter_context(season_file(str(seed)))) for seed in seeds]
        command = [sys.executable, "-m", "sambung", "replay", *files, "--database", database]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
