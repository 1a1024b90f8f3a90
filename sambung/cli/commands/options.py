"""Options that several commands share."""

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from models.instants import parse
from sambung.terminal.exits import reason_of

WHEN_STOPPED = "Stopped before the end. Run the same command again: nothing is counted twice."

_GZIP = b"\x1f\x8b"
_ADDRESS = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:,\[\]]+):[0-9]{1,5}", re.ASCII)
_IN_MEMORY = {"sqlite:", "sqlite://", "sqlite:///", "sqlite:///:memory:"}


def persistent(database: str) -> str:
    if database in _IN_MEMORY:
        raise typer.BadParameter(f"{database} names no file. Write sqlite:///sambung.db, for example.")
    return database


def addresses(broker: str | None) -> str | None:
    if broker is not None and not all(map(_ADDRESS.fullmatch, broker.split(","))):
        raise typer.BadParameter(f"{broker!r} is no HOST:PORT. Write 127.0.0.1:9092, for example.")
    return broker


def _instant(text: str) -> int:
    try:
        return parse(text)
    except ValueError as problem:
        raise typer.BadParameter(
            f"{text!r} is no instant. Write date, time and offset: 2026-11-30T17:00:00+07:00, for example."
        ) from problem


def checked_files(files: list[str]) -> list[str]:
    """Files of events, each of which can be read."""
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
            packed = file.read(2) == _GZIP
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {reason_of(error)}.") from error
    if packed and path.suffix != ".gz":
        raise typer.BadParameter(f"{path} is packed with gzip. Name it {path}.gz, and it will be unpacked.")
    if not packed and path.suffix == ".gz":
        raise typer.BadParameter(f"{path} is not packed with gzip, whatever its name says. Get it anew.")


def examples(*commands: str) -> str:
    r"""Epilog of a command's help; `\b` keeps its line breaks."""
    return "\b\n" + "\n".join(f"$ {command}" for command in commands)


def broker_option(meaning: str) -> Any:
    return typer.Option("--broker", metavar="HOST:PORT,…", callback=addresses, help=meaning)


Database = Annotated[
    str,
    typer.Option(
        "--database",
        metavar="URL",
        callback=persistent,
        help="The store, as a URL: sqlite:///sambung.db is the file sambung.db here.",
        show_default=False,
    ),
]
Broker = Annotated[
    str | None,
    broker_option("A Kafka cluster. Without it, a small broker is started for this command alone."),
]
RequiredBroker = Annotated[str, broker_option("A Kafka cluster.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Show what the worker process logs.")]
From = Annotated[
    int,
    typer.Option(
        "--from", metavar="INSTANT", parser=_instant, help="The earlier moment.", show_default=False
    ),
]
To = Annotated[
    int,
    typer.Option("--to", metavar="INSTANT", parser=_instant, help="The later moment.", show_default=False),
]
AsOf = Annotated[
    int | None,
    typer.Option(
        "--as-of",
        metavar="INSTANT",
        parser=_instant,
        help="As the store was then, for example 2026-11-30T17:00:00+07:00.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for a machine to read.")]
