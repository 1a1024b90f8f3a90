"""However a replay ends, it leaves no process, no broker and no folder behind."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Sent
from tests.end_to_end.runs import (
    alive,
    descendants,
    replay,
    sambung,
    started,
    until,
    url,
    written,
    wrong_rows,
)
from tests.end_to_end.workers import SESSION_S

pytestmark = pytest.mark.broker

STOPPED = "Stopped before the end. The tables are complete again after the next replay: run the same command"


@dataclass(frozen=True)
class Waiting:
    """A replay that waits for more on its standard input, everything it needs running."""

    process: "subprocess.Popen[bytes]"
    processes: list[int]
    folder: Path
    store: Path
    log: Path

    def ended(self) -> int:
        """Its exit code, once it has ended."""
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired as stuck:
            lines = [(pid, Path(f"/proc/{pid}/cmdline").read_text()) for pid in filter(alive, self.processes)]
            raise AssertionError(f"it goes on; of its processes {lines}\n{self.log.read_text()}") from stuck

    def left(self) -> list[object]:
        """What is still there after some seconds' grace."""

        def found() -> list[object]:
            return [*filter(alive, self.processes), *self.folder.iterdir()]

        try:
            until(lambda: not found(), "gone", 15.0)
        except AssertionError:
            return found()
        return []

    def kill(self, program: str, argument: str = "") -> None:
        """One of its processes, by its program and one of its arguments."""
        for pid in self.processes:
            command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
            if program in Path(command[0]).name and argument in command:
                os.kill(pid, signal.SIGKILL)


@contextmanager
def waiting(tmp_path: Path, lines: list[bytes], options: list[str]) -> Iterator[Waiting]:
    folder, store, log = tmp_path / "temporary", tmp_path / "s.db", tmp_path / "replay.log"
    folder.mkdir()
    settings = {"TMPDIR": str(folder), "SAMBUNG_SESSION_TIMEOUT_S": SESSION_S}
    with started("replay", "-", "--database", url(store), *options, log=log, **settings) as process:
        assert process.stdin is not None
        process.stdin.write(b"".join(line + b"\n" for line in lines))
        process.stdin.flush()
        until(lambda: "reading" in log.read_text(), "reading its input")
        processes = list(descendants(process.pid))
        assert len(processes) == (1 if options else 3)  # the worker; the broker and its guard
        yield Waiting(process, processes, folder, store, log)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_it_in_order(name: str, options: list[str], tmp_path: Path, sent: Sent) -> None:
    number = signal.Signals[name]
    with waiting(tmp_path, sent.lines[:100], options) as run:
        run.process.send_signal(number)
        assert run.ended() == 128 + number
        assert run.left() == []
        assert STOPPED in " ".join(run.log.read_text().split())


def test_what_was_stopped_is_made_whole_by_the_same_command(
    options: list[str], tmp_path: Path, sent: Sent
) -> None:
    with waiting(tmp_path, sent.lines, options) as run:
        run.process.terminate()
        run.ended()
    replay(run.store, written(tmp_path / "season.ndjson", sent.lines), options=options)
    assert wrong_rows(sent.tables, run.store) == []


def test_killed_it_leaves_nothing_either(options: list[str], tmp_path: Path) -> None:
    with waiting(tmp_path, [], options) as run:
        run.process.kill()
        run.process.wait()
        assert run.left() == []


def test_a_second_replay_into_the_same_store_is_refused_and_disturbs_nothing(
    options: list[str], tmp_path: Path, sent: Sent
) -> None:
    with waiting(tmp_path, sent.lines, options) as run:
        second = sambung("replay", "-", "--database", url(run.store))
        assert (second.returncode, second.stdout) == (3, "")
        assert "A replay or a worker is writing to this store already." in second.stderr
        run.process.communicate(timeout=60)
        assert run.process.returncode == 0
    assert wrong_rows(sent.tables, run.store) == []


@pytest.mark.parametrize("brokers", ["embedded"], indirect=True)
def test_a_lost_broker_is_told_in_a_sentence(options: list[str], tmp_path: Path) -> None:
    with waiting(tmp_path, [], options) as run:
        run.kill("tansu")
        assert run.process.wait(60) == 3
        assert "The embedded broker ended by itself" in run.log.read_text()
        assert not list(filter(alive, run.processes))


def test_a_lost_worker_is_told_in_a_sentence(options: list[str], tmp_path: Path, sent: Sent) -> None:
    with waiting(tmp_path, sent.lines[:100], options) as run:
        run.kill("python", "worker")
        run.process.communicate(timeout=60)
        assert run.process.returncode == 3
        assert "The worker process ended before it was done (exit code -9)." in run.log.read_text()
        assert run.left() == []
