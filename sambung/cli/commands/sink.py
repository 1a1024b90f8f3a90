"""`sambung sink`: the process that writes the store, which `sambung worker` starts."""

import logging
import sys
from typing import Annotated

import typer

from sambung.cli.commands.options import Database, RequiredBroker
from sambung.errors import errors_as_sentences
from sambung.terminal.logs import log_from


def sink(
    database: Database,
    broker: RequiredBroker,
    *,
    quiet: Annotated[bool, typer.Option("--quiet")] = False,
    embedded: Annotated[bool, typer.Option("--embedded")] = False,
) -> None:
    """Deliver what the stages send to the store; `sambung worker` does it."""
    from models.settings import Settings  # noqa: PLC0415  see replay.py
    from sambung.worker.sink_messages import Failure, Message, line_of  # noqa: PLC0415

    def tell(message: Message) -> None:
        sys.stdout.buffer.write(line_of(message))
        sys.stdout.buffer.flush()

    with errors_as_sentences(database, broker, lambda sentence: tell(Failure(sentence))):
        from sambung.connecting import connection_to, for_embedded, to_embedded  # noqa: PLC0415
        from sambung.terminal import interrupts  # noqa: PLC0415
        from sambung.terminal.starter import bound_to_starter  # noqa: PLC0415
        from sambung.worker import sink as sink_process  # noqa: PLC0415

        settings = for_embedded(Settings()) if embedded else Settings()
        log_from(logging.ERROR if quiet else logging.INFO, settings.log)
        connection = to_embedded(broker) if embedded else connection_to(broker, settings)
        options = sink_process.SinkOptions(database, connection, settings)
        with bound_to_starter():
            interrupts.run(sink_process.serve(options, tell), "The sink process was stopped.")
