"""`sambung worker`: runs the six stages and delivers to the store."""

import logging
import os
import shutil
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Annotated

import structlog
import typer

from sambung.cli.commands.options import Database, RequiredBroker
from sambung.errors import errors_as_sentences
from sambung.terminal.exits import print_error
from sambung.terminal.logs import log_from

EXAMPLES = (
    "sambung worker --broker 127.0.0.1:9092 --database sqlite:///s.db",
    "sambung worker --no-sink --data-dir var/2 --broker 127.0.0.1:9092 --database sqlite:///s.db",
)

DataDir = Annotated[
    Path | None,
    typer.Option(
        help="Where this worker keeps its state; one per worker. By default SAMBUNG_DATA_DIR or var/sambung.",
        show_default=False,
    ),
]
WithSink = Annotated[
    bool, typer.Option("--sink/--no-sink", help="Write the store too, or leave that to another worker.")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Log errors only.")]
Bound = Annotated[bool, typer.Option("--until-stdin-closes", hidden=True)]
Embedded = Annotated[bool, typer.Option("--embedded", hidden=True)]
"""The broker is the embedded one of a replay, to which a cluster's settings do not apply."""
Compact = Annotated[bool, typer.Option("--compact", hidden=True)]


def worker(  # noqa: PLR0913  a command's options
    database: Database,
    broker: RequiredBroker,
    *,
    data_dir: DataDir = None,
    sink: WithSink = True,
    quiet: Quiet = False,
    until_stdin_closes: Bound = False,
    embedded: Embedded = False,
    compact: Compact = False,
) -> None:
    """Run the pipeline's stages until told to stop (Ctrl-C, SIGTERM).

    Start as many as there are partitions, here or on other machines; they share the work, and take over from
    each other. Begin with: sambung topics create
    """
    level = logging.ERROR if quiet else logging.INFO
    form = log_from(level, _form_in_environment())

    def report(sentence: str) -> None:
        if form == "json":
            structlog.get_logger().critical("stopped", where="start", error=sentence)
        else:
            print_error(sentence)

    with errors_as_sentences(database, broker, report):
        from models.settings import Settings  # noqa: PLC0415  see replay.py
        from sambung.connecting import connection_to, for_embedded, to_embedded  # noqa: PLC0415
        from sambung.terminal import interrupts  # noqa: PLC0415
        from sambung.terminal.child import Child  # noqa: PLC0415
        from sambung.terminal.starter import bound_to_starter  # noqa: PLC0415

        settings = for_embedded(Settings()) if embedded else Settings()
        form = log_from(level, settings.log)
        connection = to_embedded(broker, compact=compact) if embedded else connection_to(broker, settings)
        state = data_dir or settings.data_dir
        flags = [*["--embedded"] * embedded, *["--quiet"] * quiet]
        child = Child(arguments=["sink", "--broker", broker, "--database", database, *flags])

        async def serve() -> None:
            if sink:
                await child.start()  # first, since it takes as long to import its part as this process does
            from sambung.worker import serving  # noqa: PLC0415

            options = serving.WorkerOptions(database, connection, settings, state, compact)
            await serving.serve(options, child if sink else None)

        remove_state = partial(shutil.rmtree, state, ignore_errors=True)
        with ExitStack() as stack:
            if until_stdin_closes:
                stack.enter_context(bound_to_starter(remove_state))
                stack.enter_context(suppress(interrupts.Stopped))  # its starter did it and tells why
            interrupts.run(serve(), "The worker was stopped before it had begun.")


def _form_in_environment() -> str | None:
    """Form of the log until the settings are read, or if they cannot be read."""
    form = os.environ.get("SAMBUNG_LOG")
    return form if form in {"json", "text"} else None
