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
    export,
    health,
    migrate,
    person,
    publish,
    replay,
    report,
    restate,
    restore,
    serve,
    simulate,
    up,
    why,
    worker,
)
from sambung.cli.commands.keys import keys
from sambung.cli.commands.office_stream import office_stream
from sambung.cli.commands.options import examples
from sambung.cli.commands.rejected import rejected
from sambung.cli.commands.sink import sink
from sambung.cli.commands.targets import targets
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
    up,
    replay,
    campaigns,
    why,
    explain,
    audit,
    export,
    report,
    migrate,
    backup,
    restore,
    restate,
    serve,
    simulate,
    person,
    publish,
    worker,
    doctor,
    health,
):
    name = module.__name__.rpartition(".")[2]
    app.command(name, epilog=examples(*module.EXAMPLES))(getattr(module, name))
app.command("office-stream", hidden=True)(office_stream)
app.command("sink", hidden=True)(sink)
app.add_typer(rejected, name="rejected")
app.add_typer(keys, name="keys")
app.add_typer(topics, name="topics")
app.add_typer(targets, name="targets")


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
