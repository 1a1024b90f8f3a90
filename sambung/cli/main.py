"""The command `sambung` and its subcommands."""

import logging
from importlib.metadata import version
from typing import Annotated

import typer

from sambung.cli.commands import (
    audit,
    backup,
    campaigns,
    doctor,
    explain,
    health,
    migrate,
    person,
    replay,
    restore,
    simulate,
    why,
    worker,
)
from sambung.cli.commands.options import examples
from sambung.cli.commands.rejected import rejected
from sambung.cli.commands.topics import topics
from sambung.terminal.exits import EXIT_CODES
from sambung.terminal.logs import log_from
from sambung.terminal.screen import WIDEST

app = typer.Typer(
    name="sambung",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,  # frames and colours add nothing
    context_settings={"max_content_width": WIDEST},
)
for module in (
    replay,
    campaigns,
    why,
    explain,
    audit,
    migrate,
    backup,
    restore,
    simulate,
    person,
    worker,
    doctor,
    health,
):
    name = module.__name__.rpartition(".")[2]
    app.command(name, epilog=examples(*module.EXAMPLES))(getattr(module, name))
app.add_typer(rejected, name="rejected")
app.add_typer(topics, name="topics")


def _version(wanted: bool) -> None:  # noqa: FBT001  typer calls it so
    if wanted:
        typer.echo(f"sambung {version('sambung')}")
        raise typer.Exit


@app.callback()
def options(
    *,
    _: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Says, live and provably, which outreach effort brought which new member in."""


def main() -> None:
    """Run the command line: results to stdout; progress, logs and errors to stderr."""
    log_from(logging.ERROR)
    app()
