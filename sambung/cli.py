"""The command `sambung` and its subcommands."""

import logging
import sys
from importlib.metadata import version
from typing import Annotated

import structlog
import typer

from sambung.commands.person import person
from sambung.commands.replay import replay
from sambung.commands.topics import topics
from sambung.commands.worker import worker

app = typer.Typer(
    name="sambung",
    help="Says, live and provably, which outreach effort brought which new member in.",
    epilog="Exit codes: 0 done, 1 a check failed, 2 wrong use, 3 a service is missing.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(replay)
app.command()(worker)
app.add_typer(topics, name="topics")
app.command()(person)


@app.callback()
def options(
    version_wanted: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)
    ] = False,
) -> None:
    """Says, live and provably, which outreach effort brought which new member in."""
    if version_wanted:
        typer.echo(f"sambung {version('sambung')}")
        raise typer.Exit


def main() -> None:
    """Run the command line; logs go to stderr, results to stdout."""
    _quiet_logs()
    app()


def _quiet_logs() -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
