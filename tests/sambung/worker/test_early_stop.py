"""A worker that is stopped while it waits for its broker says so to people, not to a command that did it."""

import socket
from contextlib import closing
from pathlib import Path

import pytest

from sinks.sql import SqlSink
from tests.end_to_end.runs import started, url
from tests.sinks.records import ORIGIN


@pytest.mark.parametrize("options", [(), ("--until-stdin-closes",)], ids=["person", "command"])
def test_only_a_person_is_told(options: tuple[str, ...], tmp_path: Path) -> None:
    log, store = tmp_path / "worker.log", url(tmp_path / "s.db")
    with closing(SqlSink(store)) as sink:
        sink.open_generation(ORIGIN, 0)  # asks the broker whether it is its cluster
    with socket.create_server(("127.0.0.1", 0)) as silent:
        broker = f"127.0.0.1:{silent.getsockname()[1]}"
        arguments = ["--broker", broker, "--database", store, "--no-sink", *options]
        with started("worker", *arguments, log=log) as worker:
            silent.settimeout(60)
            connection, _ = silent.accept()  # so it runs, and waits for an answer
            with connection:
                worker.terminate()
                worker.wait(60)
    assert ("The worker was stopped before it had begun." in log.read_text()) == (not options), (
        log.read_text()
    )
