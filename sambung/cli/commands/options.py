"""Options that several commands share."""

import re
from typing import Annotated

import typer

WHEN_STOPPED = "Stopped before the end. Run the same command again: nothing is counted twice."

_ADDRESS = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:,\[\]]+):[0-9]{1,5}", re.ASCII)
_IN_MEMORY = {"sqlite:", "sqlite://", "sqlite:///", "sqlite:///:memory:"}


def _persistent(database: str) -> str:
    if database in _IN_MEMORY:
        raise typer.BadParameter(f"{database} names no file. Write sqlite:///sambung.db, for example.")
    return database


def _addresses(broker: str | None) -> str | None:
    if broker is not None and not all(map(_ADDRESS.fullmatch, broker.split(","))):
        raise typer.BadParameter(f"{broker!r} is no HOST:PORT. Write 127.0.0.1:9092, for example.")
    return broker


def examples(*commands: str) -> str:
    r"""Epilog of a command's help; `\b` keeps its line breaks."""
    return "\b\n" + "\n".join(f"$ {command}" for command in commands)


Database = Annotated[
    str,
    typer.Option(
        "--database",
        metavar="URL",
        callback=_persistent,
        help="The store, as a URL: sqlite:///sambung.db is the file sambung.db here.",
        show_default=False,
    ),
]
Broker = Annotated[
    str | None,
    typer.Option(
        "--broker",
        metavar="HOST:PORT,…",
        callback=_addresses,
        help="A Kafka cluster. Without it, a small broker is started for this command alone.",
    ),
]
RequiredBroker = Annotated[
    str,
    typer.Option("--broker", metavar="HOST:PORT,…", callback=_addresses, help="A Kafka cluster."),
]
Verbose = Annotated[bool, typer.Option("--verbose", help="Show what the worker process logs.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for a machine to read.")]
