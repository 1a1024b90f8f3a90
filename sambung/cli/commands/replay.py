"""`sambung replay`: sends events from files through the pipeline into the store."""

import logging
from typing import Annotated

import msgspec
import typer

from sambung.cli.commands.options import AsJson, Broker, Database, Verbose, checked_files
from sambung.errors import errors_as_sentences
from sambung.terminal.logs import log_from
from sambung.terminal.screen import wrapped

EXAMPLES = (
    "sambung replay season.ndjson --database sqlite:///sambung.db",
    "sambung replay january.ndjson.gz february.ndjson.gz --database sqlite:///sambung.db",
    "gateway-export | sambung replay - --database sqlite:///sambung.db",
)

WHEN_STOPPED = (
    "Stopped before the end. The tables are complete again after the next replay: run the same command "
    "again, nothing is counted twice."
)


def replay(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            callback=checked_files,
            help="Events, one JSON object per line. FILE.gz is unpacked; - is standard input.",
            show_default=False,
        ),
    ],
    database: Database,
    broker: Broker = None,
    *,
    json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Read events into the store.

    Every line is sent to the topic that its type names, all stages run until nothing is left, and the tables
    are written. Lines that are refused are counted and kept in the table `rejected`, each with its reason.
    Runs into one store add up; a line that is sent again changes nothing. On a broker where others publish
    too it ends when its own lines are through.
    """
    log_from(logging.INFO if verbose else logging.ERROR)
    with errors_as_sentences(database, broker or "that was started here"):
        # Faust alone takes a second to import, which --help need not wait for.
        from models.settings import Settings  # noqa: PLC0415
        from sambung.connecting import connection_to  # noqa: PLC0415
        from sambung.replay import replaying, running  # noqa: PLC0415
        from sambung.terminal import interrupts  # noqa: PLC0415
        from sambung.terminal.progress import reporter  # noqa: PLC0415

        settings = Settings()
        connection = connection_to(broker, settings) if broker else None
        options = running.RunOptions(database, connection, settings, verbose)
        with reporter() as report:
            summary = interrupts.run(replaying.replay(files, options, report), WHEN_STOPPED)
    if json:
        typer.echo(msgspec.json.encode(summary._asdict()))
    else:
        typer.echo(wrapped("\n".join(summary.in_words(database))))
