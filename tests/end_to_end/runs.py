"""Runs the command `sambung`: in a process of its own, as people do, or within the test's."""

import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from typer.testing import CliRunner

from models.places import Places
from sambung.cli.main import app
from tests.oracle.compare import difference, rows_of
from tests.oracle.oracle import expected
from tests.oracle.tables import Tables
from tests.stores import Rows, run
from tests.warm import Module, is_helper
from tests.warm import run as run_module

ROOT = Path(__file__).parents[2]
PATIENCE_S = 150.0
"""How long one run may take on a busy machine."""


def environment(**settings: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)} | settings


def sambung(*arguments: str, stdin: bytes = b"", **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run it to its end; settings go into the environment."""
    done = run_module("sambung", *arguments, input=stdin, env=environment(**settings), timeout=PATIENCE_S)
    texts = (done.stdout.decode(), done.stderr.decode())
    return subprocess.CompletedProcess(done.args, done.returncode, *texts)


def sambung_here(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """The same within this process, which saves its start where a test is not about that."""
    done = CliRunner().invoke(app, arguments, env=settings)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def replay(
    store: Path | str, *files: Path, options: Iterable[str] = ()
) -> "subprocess.CompletedProcess[str]":
    """A replay that must succeed, and has nothing to say but how far it is."""
    done = sambung("replay", *map(str, files), "--database", url(store), *options)
    assert done.returncode == 0, done.stderr
    assert all(line.endswith("…") for line in done.stderr.splitlines()), done.stderr
    return done


def url(store: Path | str) -> str:
    """Of a SQLite store by its path, or of any by what is its URL already."""
    return f"sqlite:///{store}" if isinstance(store, Path) else store


def written(path: Path, lines: Iterable[bytes]) -> Path:
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def tables_for(lines: Iterable[bytes]) -> Tables:
    """What must be in the determined tables."""
    return expected([line.rstrip(b"\r") for line in lines if line.strip()], Places.load())


def wrong_rows(wanted: Tables, store: Path | str) -> list[str]:
    """Of a store by its path or URL."""
    return difference(wanted, rows_of(store))


def rows(store: Path | str, table: str) -> Rows:
    """Every column of every row, sorted."""
    return sorted(run(url(store), f"SELECT * FROM {table}"), key=repr)


def copied(store: Path, to: Path) -> Path:
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
    return to


def is_cancellation(line: bytes) -> bool:
    try:
        return bool(json.loads(line)["status"] == "cancelled")
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def descendants(pid: int) -> Iterator[int]:
    """Processes that a process started, and those that they started; the helpers of warm ones are none."""
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            if not is_helper(child):
                yield child
                yield from descendants(child)


def alive(pid: int) -> bool:
    """Until its last thread has ended, which may be after the first: then its ports and files are free."""
    try:
        has_ended = " Z " in Path(f"/proc/{pid}/stat").read_text()
        return not has_ended or len(list(Path(f"/proc/{pid}/task").iterdir())) > 1
    except FileNotFoundError:
        return False


def until(condition: Any, what: str, within_s: float = 60.0, every_s: float = 0.05) -> None:
    deadline = monotonic() + within_s
    while not condition():
        assert monotonic() < deadline, f"still not {what} after {within_s:.0f} s"
        sleep(every_s)


@contextmanager
def started(*arguments: str, log: Path, **settings: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A command that goes on, its standard input open; killed at the end if it is still there."""
    with log.open("ab") as output:
        process = Module(
            "sambung",
            *arguments,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=environment(**settings),
        )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def port_in(log: Path) -> str:
    """Of a gateway that was started with `--port 0`, once it listens."""
    found: list[str] = []

    def told() -> bool:
        found.extend(re.findall(r'gateway_starting.*port["=: ]+([0-9]+)', log.read_text()))
        return bool(found)

    until(told, "serving")
    return found[0]
