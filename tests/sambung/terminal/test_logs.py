"""Logs: one JSON object per line for machines, for our own messages and the libraries'."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from sambung.terminal.logs import REPEATED_S, RepeatFilter, log_from


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    logging.basicConfig(force=True, level=logging.WARNING)


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_a_json_object_with_time_level_and_event_first(capsys: pytest.CaptureFixture[str]) -> None:
    log_from(logging.INFO)
    structlog.get_logger().info("worker_started", generation=3, topic="credit")
    [line] = logged(capsys)
    assert list(line) == ["timestamp", "level", "event", "generation", "topic"]
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {"level": "info", "event": "worker_started", "generation": 3, "topic": "credit"}


def test_the_libraries_log_in_the_same_form_from_warnings_on(capsys: pytest.CaptureFixture[str]) -> None:
    log_from(logging.INFO)
    logging.getLogger("aiokafka.client").info("chatter")
    logging.getLogger("aiokafka.client").warning("lost %s", "node 1")
    [line] = logged(capsys)
    assert (line["level"], line["event"], line["logger"]) == ("warning", "lost node 1", "aiokafka.client")


def test_a_traceback_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    log_from(logging.INFO)
    try:
        _raise()
    except ValueError:
        logging.getLogger("faust").exception("crashed")
    [line] = logged(capsys)
    assert "ValueError: x" in str(line["exception"])


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    log_from(logging.INFO, "text")
    structlog.get_logger().info("worker_started", generation=3)
    logging.getLogger("faust").warning("late")
    ours, theirs = capsys.readouterr().err.splitlines()
    assert ours.endswith("level='info' event='worker_started' generation=3")
    assert "level='warning' event='late' logger='faust'" in theirs


def test_from_errors_on_the_libraries_say_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    log_from(logging.ERROR)
    structlog.get_logger().warning("late")
    logging.getLogger("faust").error("crashed")
    assert capsys.readouterr().err == ""


def _raise() -> None:
    raise ValueError("x")


def test_what_a_library_repeats_is_logged_once_in_a_while_and_counted() -> None:
    now = 100.0
    quiet = RepeatFilter(lambda: now)

    def filtered(words: str, name: str = "aiokafka") -> str | None:
        record = logging.LogRecord(
            name, logging.ERROR, "", 0, words.replace("credit", "%s"), ("credit",), None
        )
        return record.getMessage() if quiet.filter(record) else None

    assert filtered("no topic credit") == "no topic credit"
    assert [filtered("no topic credit") for _ in range(1_234)] == [None] * 1_234
    assert filtered("no credit", "aiokafka") == "no credit"
    assert filtered("no topic credit", "faust") == "no topic credit"
    now += REPEATED_S
    assert filtered("no topic credit") == "no topic credit (and 1,234 times since 10 s ago)"
    assert filtered("no topic credit") is None


def test_a_log_on_a_full_disk_stops_nobody() -> None:
    told = "a line that is lost, and the command goes on"
    script = (
        "import logging, structlog; from sambung.terminal.logs import log_from; log_from(logging.INFO); "
        f"[structlog.get_logger().warning({told!r}) for _ in range(1_000)]; print('done')"
    )
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=full, text=True, check=False
        )
    assert done.stdout == "done\n"
