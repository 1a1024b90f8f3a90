"""The page on docker-compose.yml tells what is there: services, secrets, commands, panels, ports."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.end_to_end.runs import sambung_here
from tools.panels import NOW, OVER_TIME

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
PAGE = ROOT / "docs" / "operating" / "compose.md"
TEXT = PAGE.read_text(encoding="utf-8")
COMMANDS = "\n".join(re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)).replace("\\\n", "")
HEADER = FILE.read_text(encoding="utf-8").partition("\nname:")[0].replace("\n# ", "\n")
_OURS = re.compile(r"(?:exec worker-1 sambung|run --rm topics) ([^>\n]+)")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def test_every_panel_is_explained_in_its_own_words() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE)
    assert [row for row in rows if row[0] != "panel"] == [
        (panel.title, panel.description) for panel in (*NOW, *OVER_TIME)
    ]


@pytest.mark.parametrize("text", [COMMANDS, HEADER], ids=["page", "header"])
def test_its_commands_are_ones_that_sambung_knows(text: str) -> None:
    commands = _OURS.findall(text)
    assert len(commands) > 1
    for command in commands:
        *words, _, _ = shlex.split(command)  # the option --database and its value
        told = sambung_here(*words, "--help")
        assert told.returncode == 0, told.stderr


@pytest.mark.parametrize("text", [COMMANDS, HEADER], ids=["page", "header"])
def test_what_it_starts_is_all_that_goes_on(text: str, compose: dict[str, Any]) -> None:
    started = {name for line in re.findall(r"--wait ((?:[a-z0-9-]+ ?)+)", text) for name in line.split()}
    services = compose["services"]
    waiting = sorted(started)
    for name in waiting:
        waiting += [one for one in services[name].get("depends_on", ()) if one not in waiting]
    assert set(waiting) == services.keys()


@pytest.mark.parametrize("text", [COMMANDS, HEADER], ids=["page", "header"])
def test_it_makes_every_secret(text: str, compose: dict[str, Any]) -> None:
    [names] = re.findall(r"for name in ([a-z -]+);", text)
    assert set(names.split()) == compose["secrets"].keys()


def test_it_tells_every_address(compose: dict[str, Any]) -> None:
    services = compose["services"].values()
    ports = {re.sub(r"\$\{\w+:-(\d+)\}", r"\1", port) for one in services for port in one.get("ports", ())}
    told = set(re.findall(r"^\| `(127\.0\.0\.1:\d+)` \|", TEXT, re.MULTILINE))
    assert told == {port.rpartition(":")[0] for port in ports}
