"""The help texts: every subcommand, in plain words, within the width of a page."""

from importlib.metadata import version

import pytest

from tests.sambung.cli.conftest import COLUMNS, Command, unwrapped

COMMANDS = ("replay", "campaigns", "why", "audit", "backup", "restore", "simulate", "person", "worker")
EVERY = [(), *((name,) for name in COMMANDS), ("topics",), ("topics", "create"), ("topics", "check")]


def test_the_version_is_that_of_the_distribution(sambung: Command) -> None:
    assert sambung("--version").stdout == f"sambung {version('sambung')}\n"


def test_help_lists_every_command_and_the_exit_codes(sambung: Command) -> None:
    output = unwrapped(sambung("--help").stdout)
    assert all(name in output for name in (*COMMANDS, "topics"))
    assert (
        "Exit codes: 0 done, 1 a check failed or nothing was found, 2 wrong use, 3 a service is missing, "
        "130 stopped by Ctrl-C."
    ) in output


@pytest.mark.parametrize("command", EVERY, ids=" ".join)
def test_no_help_is_wider_than_a_page(command: tuple[str, ...], sambung: Command) -> None:
    result = sambung(*command, "--help")
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= int(COLUMNS)


@pytest.mark.parametrize("command", EVERY[1:], ids=" ".join)
def test_every_command_says_how_it_is_typed(command: tuple[str, ...], sambung: Command) -> None:
    if command != ("topics",):
        assert f"$ sambung {' '.join(command)}" in sambung(*command, "--help").stdout


def test_without_a_command_it_shows_its_help(sambung: Command) -> None:
    assert "Usage: " in sambung().output


def test_an_unknown_command_is_wrong_use(sambung: Command) -> None:
    result = sambung("recount")
    assert result.exit_code == 2
    assert "No such command 'recount'" in result.stderr
