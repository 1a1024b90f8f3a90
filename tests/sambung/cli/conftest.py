"""The command line in this process, and a filled store."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sambung.cli.main import app
from tests.reports.filled import Filled

COLUMNS = "100"
Command = Callable[..., Result]


@pytest.fixture
def sambung(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Runs the command with these arguments in an empty folder; no setting of the machine is seen."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", COLUMNS)
    for name in [name for name in os.environ if name.startswith("SAMBUNG_")]:
        monkeypatch.delenv(name)

    def run(*arguments: object, stdin: str | bytes = "") -> Result:
        result = CliRunner().invoke(app, [*map(str, arguments)], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Filled]:
    filled = Filled(url)
    yield filled
    filled.close()


def unwrapped(text: str) -> str:
    """On one line."""
    return " ".join(text.split())
