"""Each rule of `pyproject.toml` on imports is broken here once, and noticed."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("models", "streams", "sinks", "reports", "api", "sambung", "tools")

BREAKS: Final = {
    "packages go down only": ("sinks/base.py", "from streams import delivery"),
    "models go down only": ("models/instants.py", "from models import events"),
    "attribution goes down only": ("streams/attribution/outcome.py", "from streams.attribution import tally"),
    "attribution knows no Faust, no Kafka, no SQL, nor does anything that it imports": (
        "models/touches.py",
        "import sqlalchemy",
    ),
    "attribution has no clock, no dice and no loop": ("streams/attribution/tally.py", "import random"),
    "the engine goes down only: Faust, then Kafka, then what knows neither": (
        "streams/engine/checkpoint.py",
        "from streams.engine.kafka import sending",
    ),
    "the engine knows nothing of members": ("streams/engine/rows.py", "from models import events"),
    "only the engine and the application know Faust and RocksDB": ("streams/delivery.py", "import faust"),
    "the gateway goes down only": ("api/ports.py", "from api import problems"),
    "the page goes down only": ("api/page/view.py", "from api.page import parts"),
    "the gateway knows no Faust and no RocksDB, nor does anything that it imports": (
        "api/ports.py",
        "from streams.engine.faust import credentials",
    ),
    "sinks go down only": ("sinks/databases/bulk.py", "from sinks.members import table"),
    "what a batch changes is decided without a database": (
        "sinks/live_counts/decide.py",
        "import sqlalchemy",
    ),
    "reports go down only": ("reports/wording.py", "from reports import why"),
    "a report's document goes down only": (
        "reports/document/words.py",
        "from reports.document import efforts",
    ),
    "the client goes down only": ("sambung/client/pace.py", "from sambung.client import sending"),
    "lists go down only": ("sambung/lists/cells.py", "from sambung.lists import files"),
    "exports go down only": ("sambung/exporting/manifest.py", "from sambung.exporting import export"),
    "a field app gets no Kafka, no Faust and no SQLAlchemy": ("sambung/client/box.py", "import sqlalchemy"),
    "the command goes down only": ("sambung/terminal/screen.py", "from sambung import doctor"),
}
"""By the name of the rule: a module, and the line that breaks it."""


def contracts() -> set[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {one["name"] for one in settings["tool"]["importlinter"]["contracts"]}


def test_every_rule_is_broken_here() -> None:
    assert contracts() == BREAKS.keys()


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages with their rules, to be broken."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.mark.parametrize("rule", BREAKS)
def test_a_rule_that_is_broken_is_named(copy: Path, rule: str) -> None:
    name, line = BREAKS[rule]
    module = copy / name
    sound = module.read_text(encoding="utf-8")
    module.write_text(f"{sound}\n{line}\n", encoding="utf-8")
    try:
        told = linted(copy)
    finally:
        module.write_text(sound, encoding="utf-8")
    assert f"{rule} BROKEN" in told


def linted(folder: Path) -> str:
    """What import-linter says, its lines joined."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"]
    done = subprocess.run(
        [*command, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    return re.sub(r"\s+", " ", done.stdout)
