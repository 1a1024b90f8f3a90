"""Copies made and restored while another process writes, and killed at random moments in between."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any

import pytest

from sambung.stores import copies
from tests.end_to_end.runs import until
from tests.sambung.stores.copied_moment import check_copy, tables_in
from tests.sambung.stores.steady_writer import fill, go_on
from tests.services.postgres import Postgres
from tests.stores import run
from tests.thorough import tries

ROUNDS = tries(20)
WITHIN_S = 60.0

pytestmark = pytest.mark.timeout(600)


class Processes:
    """Starts functions in processes of their own, which can be killed; their modules are loaded already."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["sambung.stores.copies", "psycopg", "alembic.config"])
        self._started: list[BaseProcess] = []

    def start(self, work: Callable[..., object], *given: Any, **named: Any) -> BaseProcess:
        process = self._context.Process(target=work, args=given, kwargs=named)
        process.start()
        self._started.append(process)
        return process

    def took_s(self, work: Callable[..., object], *given: Any, **named: Any) -> float:
        """Run it to its end, which must be a success."""
        started = monotonic()
        process = self.start(work, *given, **named)
        process.join(WITHIN_S)
        assert process.exitcode == 0
        return monotonic() - started

    def kill_within(self, most_s: float, work: Callable[..., object], *given: Any, **named: Any) -> bool:
        """Whether `kill -9` came before it had ended."""
        process = self.start(work, *given, **named)
        process.join(most_s)
        killed = process.is_alive()
        process.kill()
        process.join()
        return killed

    def kill_all(self) -> None:
        for process in self._started:
            process.kill()
            process.join()


class Writer:
    """The process that goes on writing to the original."""

    def __init__(self, original: str, processes: Processes) -> None:
        self._original = original
        self._processes = processes
        self._pid = processes.start(go_on, original).pid or 0

    def restored(self, target: str, file: Path) -> int:
        """The last batch in a copy, which is restored and compared."""
        self._processes.took_s(copies.restore, target, file)
        return self.compared(target)

    def whole_or_nothing(self, target: str, file: Path) -> int:
        """The same after a restore that was killed: it is done again where nothing is."""
        if target.startswith("postgresql"):
            until(lambda: not _working(target), "rolled back or committed")
        nothing = target.startswith("sqlite") and not Path(target.removeprefix("sqlite:///")).exists()
        return self.restored(target, file) if nothing or tables_in(target) == 0 else self.compared(target)

    def compared(self, target: str) -> int:
        os.kill(self._pid, signal.SIGSTOP)  # else the original outgrows what can be compared
        try:
            return check_copy(self._original, target)
        finally:
            os.kill(self._pid, signal.SIGCONT)


@pytest.fixture
def processes() -> Iterator[Processes]:
    started = Processes()
    yield started
    started.kill_all()


@pytest.fixture(params=("sqlite", "postgresql"))
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Gives the URL of another database without a store."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return server.new_database
    numbers = iter(range(1_000))
    return lambda: f"sqlite:///{tmp_path / f'store-{next(numbers)}.db'}"


def test_each_is_a_commit_of_the_original_or_not_there(
    new_url: Callable[[], str], processes: Processes, tmp_path: Path
) -> None:
    original, file, rng = new_url(), tmp_path / "copy", Random(1)
    fill(original)
    backup_s = processes.took_s(copies.back_up, original, file, replace=False)
    restore_s = processes.took_s(copies.restore, new_url(), file)
    writer = Writer(original, processes)
    moments, killed = [], 0
    for _ in range(ROUNDS):
        killed += processes.kill_within(
            rng.uniform(0, backup_s), copies.back_up, original, file, replace=True
        )
        moments.append(writer.restored(new_url(), file))
        told = copies.back_up(original, file, replace=True).contents
        target = new_url()
        killed += processes.kill_within(rng.uniform(0, restore_s), copies.restore, target, file)
        moments.append(writer.whole_or_nothing(target, file))
        assert moments[-1] == told.batch
    assert moments == sorted(moments)
    assert len(set(moments)) > ROUNDS, "the original went on meanwhile"
    assert killed > ROUNDS // 5
    left = {path.name for path in tmp_path.glob("copy*") if not path.name.startswith("copy.partial")}
    assert left == {"copy"}


def _working(url: str) -> bool:
    """Whether the server still has a connection to it besides this one."""
    sleep(0.05)
    others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    return run(url, f"SELECT count(*) FROM pg_stat_activity WHERE {others}") != [(0,)]
