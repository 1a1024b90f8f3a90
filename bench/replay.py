"""A season through the whole pipeline into SQLite: time by phase, memory and CPU time by process."""

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import monotonic
from typing import NamedTuple

import msgspec

from bench.figures import Table, middle
from bench.processes import Cost, Watch
from bench.season import season_file
from bench.timed_replay import Phases

ROUNDS_IN_FULL = 3
PROCESSES = {"replay": "bench.timed_replay", "worker": "worker", "broker": "--storage-engine"}
"""A word that only this process has in its command line."""


class Run(NamedTuple):
    started: float
    phases: Phases
    ended: float
    costs: dict[str, Cost]

    @property
    def seconds(self) -> dict[str, float]:
        phases = self.phases
        return {
            "start: imports, broker, topics, store": phases.connected - self.started,
            "sending the lines; meanwhile the worker starts": phases.published - phases.connected,
            "waiting until the worker has joined its group": phases.begun - phases.published,
            "stages and tables at work": phases.folded - phases.begun,
            "making sure that all is through": phases.drained - phases.folded,
            "stop": self.ended - phases.drained,
            "all of it": self.ended - self.started,
        }

    @property
    def events_per_s(self) -> float:
        """From the first line read to the last row written."""
        return self.phases.lines / (self.phases.drained - self.phases.connected)


def measure(*, full: bool) -> Table:
    with season_file() as file:
        runs = [_run(file, number) for number in range(ROUNDS_IN_FULL if full else 1)]
    rows = [(phase, f"{_middle(runs, phase)} s") for phase in runs[0].seconds]
    end_to_end = [run.phases.lines / (run.ended - run.started) for run in runs]
    rows += [
        ("input events/s, first line read to last row written", middle([run.events_per_s for run in runs])),
        ("input events/s, start and stop of everything included", middle(end_to_end)),
        ("records/s that all stages took in together", middle([_records_per_s(run) for run in runs])),
    ]
    for process in PROCESSES:
        costs = [run.costs[process] for run in runs]
        peak, cpu = middle([one.peak_mb for one in costs]), middle([one.cpu_s for one in costs])
        rows.append((f"process {process}: peak memory; CPU time", f"{peak} MB; {cpu} s"))
    phases = runs[0].phases
    remark = (
        f"{phases.lines:,} lines, {phases.refused:,} refused; {phases.records:,} records through the stages."
    )
    return Table("replay", ("", ""), rows, [remark])


def _run(file: Path, number: int) -> Run:
    database = f"sqlite:///{file.parent}/{number}.db"
    started = monotonic()
    with Watch() as watch:
        command = [sys.executable, "-m", "bench.timed_replay", str(file), database]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603  not user input
        ended = monotonic()
    costs = {process: watch.of(word) for process, word in PROCESSES.items()}
    return Run(started, msgspec.json.decode(done.stdout, type=Phases), ended, costs)


def _middle(runs: list[Run], phase: str) -> str:
    return f"{median([run.seconds[phase] for run in runs]):.1f}"


def _records_per_s(run: Run) -> float:
    return run.phases.records / (run.phases.drained - run.phases.connected)
