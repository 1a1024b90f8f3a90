"""The command `sambung` and its subcommands."""

import logging
from importlib.metadata import version
from typing import Annotated

import typer
from typer import rich_utils

from sambung.commands.audit import audit
from sambung.commands.campaigns import campaigns
from sambung.commands.person import person
from sambung.commands.replay import replay
from sambung.commands.simulate import simulate
from sambung.commands.topics import topics
from sambung.commands.why import why
from sambung.commands.worker import worker
from sambung.errors import EXIT_CODES
from sambung.logs import log_from
from sambung.screen import width

app = typer.Typer(
    name="sambung",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (replay, campaigns, why, audit, simulate, person, worker):
    app.command()(command)
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
    """Run the command line: results to stdout; progress, logs and complaints to stderr."""
    rich_utils.MAX_WIDTH = width()
    log_from(logging.ERROR)
    app()
