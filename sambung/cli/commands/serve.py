"""`sambung serve`: the gateway, which takes events over HTTP."""

import logging
import sys
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from sambung.cli.commands.options import Database, broker_option
from sambung.errors import errors_as_sentences
from sambung.terminal.exits import Exit, Failed
from sambung.terminal.logs import log_from

EXAMPLES = (
    "sambung serve --broker 127.0.0.1:9092 --database sqlite:///sambung.db",
    "sambung serve --broker k1:9092,k2:9092 --database postgresql://gateway@db/sambung --host 0.0.0.0",
)

NEEDED = ("babel", "fastapi", "httptools", "jinja2", "uvicorn", "uvloop")
"""Of the extra `gateway`."""

Kafka = Annotated[str | None, broker_option("The Kafka cluster that events go to. It must be named.")]
Host = Annotated[str, typer.Option(help="Address to listen at; one of other machines only with TLS.")]
Port = Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen at; 0 for any that is free.")]
PlainHttp = Annotated[
    bool, typer.Option("--plain-http", help="Let other machines in without TLS: behind a proxy that does it.")
]
Journal = Annotated[Path | None, typer.Option("--journal", hidden=True)]
"""Office mode's journal, in place of a broker."""
Bound = Annotated[bool, typer.Option("--until-stdin-closes", hidden=True)]
TellLink = Annotated[bool, typer.Option("--tell-link", hidden=True)]
"""Office mode's way to get the link of the sign-in, which it shows on its own terminal."""


def serve(  # noqa: PLR0913  a command's options
    database: Database,
    broker: Kafka = None,
    *,
    host: Host = "127.0.0.1",
    port: Port = 8080,
    plain_http: PlainHttp = False,
    journal: Journal = None,
    until_stdin_closes: Bound = False,
    tell_link: TellLink = False,
) -> None:
    """Take events from apps over HTTP, and tell what the store has.

    Apps send them with a key that `sambung keys create` makes. An event is answered as accepted when Kafka
    has it. People read the live page, which a link on the terminal signs them in to. Several of these may run
    beside each other. Ctrl-C or SIGTERM ends it in order.
    """
    log_from(logging.INFO)
    with errors_as_sentences(database, broker or ""):
        check_installed()
        import uvloop  # noqa: PLC0415  see replay.py

        from models.settings import Settings  # noqa: PLC0415
        from sambung import gateway  # noqa: PLC0415
        from sambung.connecting import connection_to  # noqa: PLC0415
        from sambung.listening import Address  # noqa: PLC0415
        from sambung.terminal import interrupts  # noqa: PLC0415
        from sambung.terminal.starter import bound_to_starter  # noqa: PLC0415

        settings = Settings()
        log_from(logging.INFO, settings.log)
        if broker is None and journal is None:
            raise Failed(Exit.WRONG_USE, "Name the Kafka cluster that events go to: --broker HOST:PORT,…")
        sends_to = journal or connection_to(broker or "", settings)
        address = Address(host, port, plain_http)
        tell = print_link if tell_link else show_link if sys.stdout.isatty() else None
        options = gateway.GatewayOptions(database, sends_to, address, settings, tell)
        with bound_to_starter() if until_stdin_closes else nullcontext():
            interrupts.run(gateway.run(options), "The gateway was stopped.", uvloop.new_event_loop)


def print_link(link: str) -> None:
    typer.echo(link)
    sys.stdout.flush()


def show_link(link: str) -> None:
    """Only where people read it: whoever has it may read the page."""
    typer.echo(f"The live page, for this browser once, within 10 minutes:\n  {link}")


def check_installed() -> None:
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise Failed(
            Exit.WRONG_USE,
            f"The gateway needs {', '.join(missing)}, which this installation lacks. Install them: "
            "pip install 'sambung[gateway]'",
        )
