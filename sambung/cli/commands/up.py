"""`sambung up`: office mode, everything on one machine."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from sambung.cli.commands.options import addresses, persistent
from sambung.cli.commands.serve import PlainHttp, check_installed
from sambung.errors import errors_as_sentences
from sambung.terminal.exits import Exit, Failed

EXAMPLES = (
    "sambung up",
    "sambung up --dir /srv/sambung --port 9000",
    "sambung up --broker 127.0.0.1:9092 --database postgresql://sambung@db.example/sambung",
)

Folder = Annotated[
    Path, typer.Option("--dir", metavar="FOLDER", help="Where store, journal and logs are; made if needed.")
]
Port = Annotated[int, typer.Option(min=1, max=65_535, help="Port of the gateway.")]
Host = Annotated[str, typer.Option(help="Address of the gateway; one of other machines only with TLS.")]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        callback=lambda url: url and persistent(url),
        help="With --broker: a store of your own.",
        show_default=False,
    ),
]
OwnBroker = Annotated[
    str | None,
    typer.Option(
        "--broker",
        metavar="HOST:PORT,…",
        callback=addresses,
        help="A Kafka cluster of your own, in place of journal and embedded broker.",
        show_default=False,
    ),
]
LeaveOut = Annotated[
    bool,
    typer.Option("--leave-out-damaged", help="Go on without records of the journal that cannot be read."),
]


def up(  # noqa: PLR0913  a command's options
    directory: Folder = Path("var/office"),
    broker: OwnBroker = None,
    database: Database = None,
    *,
    host: Host = "127.0.0.1",
    port: Port = 8080,
    plain_http: PlainHttp = False,
    leave_out_damaged: LeaveOut = False,
) -> None:
    """Run everything on this machine: gateway, broker, stages and store. Ctrl-C ends it.

    What the gateway has acknowledged is kept in a journal until it is counted, through a crash of any process
    and a power cut. For several machines, or more than some 200,000 events, use a Kafka of your own.
    """
    with errors_as_sentences(database or "", broker or ""):
        check_installed()
        if (broker is None) != (database is None):
            raise Failed(Exit.WRONG_USE, "--broker and --database go together: name both, or none.")
        from models.settings import Settings  # noqa: PLC0415  see replay.py
        from sambung.office import office, words  # noqa: PLC0415
        from sambung.office.folder import OfficeFolder  # noqa: PLC0415
        from sambung.terminal import interrupts  # noqa: PLC0415

        services = office.Services(broker, database) if broker and database else None
        address = office.Address(host, port, plain_http)
        options = office.OfficeOptions(
            OfficeFolder(directory), address, Settings(), leave_out_damaged, services, sys.stderr.isatty()
        )
        try:
            interrupts.run(office.run(options, _say), words.STOPPED)
        except interrupts.Stopped as stopped:  # the way to end it, so no failure
            _say(str(stopped))


def _say(sentence: str) -> None:
    from sambung.terminal.screen import wrapped  # noqa: PLC0415

    typer.echo(wrapped(sentence), err=True)
