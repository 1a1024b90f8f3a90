"""The help texts: every subcommand, in plain words, within the width of a page; and its place in README."""

import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer

from sambung.cli.main import app
from tests.sambung.cli.conftest import COLUMNS, Command, unwrapped

README = Path(__file__).parents[3] / "README.md"
_IN_TABLE = re.compile(r"^\| `sambung ([a-z-]+(?: [a-z|\\]+)?)[^`]*` \| ", re.MULTILINE)


def shown(command: Any, name: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """A command and all below it that people are shown."""
    if not command.hidden:
        yield name
        for word, one in getattr(command, "commands", {}).items():
            yield from shown(one, (*name, word))


ROOT_COMMAND: Any = typer.main.get_command(app)
EVERY = [*shown(ROOT_COMMAND)]
NEED_A_COMMAND = {(), ("topics",), ("keys",), ("rejected",)}
"""Do nothing by themselves."""
START_A_BROKER = {("replay",), ("rejected", "replay")}
"""Where none is named."""


def test_the_version_is_that_of_the_distribution(sambung: Command) -> None:
    assert sambung("--version").stdout == f"sambung {version('sambung')}\n"


def test_help_lists_every_command_and_the_exit_codes(sambung: Command) -> None:
    output = unwrapped(sambung("--help").stdout)
    assert all(name in output for name in ROOT_COMMAND.commands if (name,) in EVERY)
    assert (
        "Exit codes: 0 done, 1 a check failed or nothing was found, 2 wrong use, 3 a service is missing, "
        "130 stopped by Ctrl-C."
    ) in output


@pytest.mark.parametrize("command", EVERY, ids=" ".join)
def test_no_help_is_wider_than_a_page(command: tuple[str, ...], sambung: Command) -> None:
    result = sambung(*command, "--help")
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= int(COLUMNS)


@pytest.mark.parametrize("command", [one for one in EVERY if one not in NEED_A_COMMAND], ids=" ".join)
def test_every_command_says_how_it_is_typed(command: tuple[str, ...], sambung: Command) -> None:
    assert f"$ sambung {' '.join(command)}" in sambung(*command, "--help").stdout


def test_only_a_command_that_starts_a_broker_says_so(sambung: Command) -> None:
    helps = {command: unwrapped(sambung(*command, "--help").stdout) for command in EVERY}
    assert {command for command, text in helps.items() if "small broker" in text} == START_A_BROKER


def test_readme_s_table_has_every_command() -> None:
    rows = _IN_TABLE.findall(README.read_text(encoding="utf-8"))
    assert {one[0] for one in EVERY if one} == {row.split()[0] for row in rows}


def test_without_a_command_it_shows_its_help(sambung: Command) -> None:
    assert "Usage: " in sambung().output


def test_an_unknown_command_is_wrong_use(sambung: Command) -> None:
    result = sambung("recount")
    assert result.exit_code == 2
    assert "No such command 'recount'" in result.stderr
