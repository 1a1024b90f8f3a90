"""`sambung replay`: sends events from files through the pipeline into the store."""

import logging
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from sambung.cli.commands.options import AsJson, Broker, Database, Verbose
from sambung.errors import errors_as_sentences
from sambung.terminal.exits import reason_of
from sambung.terminal.logs import log_from
from sambung.terminal.screen import wrapped

EXAMPLES = (
    "sambung replay season.ndjson --database sqlite:///sambung.db",
    "sambung replay january.ndjson.gz february.ndjson.gz --database sqlite:///sambung.db",
    "gateway-export | sambung replay - --database sqlite:///sambung.db",
)

GZIP = b"\x1f\x8b"
WHEN_STOPPED = (
    "Stopped before the end. The tables are complete again after the next replay: run the same command "
    "again, nothing is counted twice."
)


def _checked(files: list[str]) -> list[str]:
    if files.count("-") > 1:
        raise typer.BadParameter("standard input (-) can be read once only.")
    for file in files:
        if file != "-":
            _check(Path(file))
    return files


def _check(path: Path) -> None:
    """Checked for all files before the first is read."""
    if path.is_dir():
        raise typer.BadParameter(f"{path} is a directory. Name the files in it: {path}/*")
    if not path.exists():
        raise typer.BadParameter(f"there is no file {path}.")
    if not path.is_file():
        return  # bytes read from a pipe now would be missing later
    try:
        with path.open("rb") as file:
            packed = file.read(2) == GZIP
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {reason_of(error)}.") from error
    if packed and path.suffix != ".gz":
        raise typer.BadParameter(f"{path} is packed with gzip. Name it {path}.gz, and it will be unpacked.")
    if not packed and path.suffix == ".gz":
        raise typer.BadParameter(f"{path} is not packed with gzip, whatever its name says. Get it anew.")


def replay(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            callback=_checked,
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
        from sambung.replay import replaying  # noqa: PLC0415
        from sambung.terminal import interrupts  # noqa: PLC0415
        from sambung.terminal.progress import reporter  # noqa: PLC0415

        settings = Settings()
        connection = connection_to(broker, settings) if broker else None
        options = replaying.ReplayOptions(database, connection, settings, verbose)
        with reporter() as report:
            summary = interrupts.run(replaying.replay(files, options, report), WHEN_STOPPED)
    if json:
        typer.echo(msgspec.json.encode(summary._asdict()))
    else:
        typer.echo(wrapped("\n".join(summary.in_words(database))))
