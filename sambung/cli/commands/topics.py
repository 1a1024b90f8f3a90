"""`sambung topics`: creates and checks the topics on a broker."""

from typing import Annotated

import typer

from sambung.cli.commands.options import WHEN_STOPPED, Database, RequiredBroker, examples
from sambung.errors import errors_as_sentences

topics = typer.Typer(help="Make and check the topics of a broker.", no_args_is_help=True)

CREATE = examples("sambung topics create --broker 127.0.0.1:9092 --database sqlite:///sambung.db")
CHECK = examples("sambung topics check --broker 127.0.0.1:9092 --database sqlite:///sambung.db")


@topics.command("create", epilog=CREATE)
def create_command(
    database: Database,
    broker: RequiredBroker,
    *,
    anew: Annotated[
        bool, typer.Option("--anew", help="Begin a new stream even so; when the broker lost its logs.")
    ] = False,
) -> None:
    """Create every topic that is missing, and begin a stream for the store if this broker has none yet.

    A new stream is fed all events that the store knows of before, so that workers can go on from there. The
    store stays unchanged until that is done; apps may go on publishing. Running it again changes nothing.
    """
    with errors_as_sentences(database, broker):
        # Faust alone takes a second to import, which --help need not wait for.
        from models.settings import Settings  # noqa: PLC0415
        from sambung.connecting import connection_to  # noqa: PLC0415
        from sambung.replay import replaying, running  # noqa: PLC0415
        from sambung.terminal import interrupts  # noqa: PLC0415
        from sambung.terminal.progress import reporter  # noqa: PLC0415

        settings = Settings()
        options = running.RunOptions(database, connection_to(broker, settings), settings, anew=anew)
        with reporter() as report:
            result = interrupts.run(replaying.create_stream(options, report), WHEN_STOPPED)
    typer.echo(f"created {len(result.created)} topics" if result.created else "every topic is there")
    for name in result.created:
        typer.echo(f"  {name}")
    if result.known_before:
        typer.echo(f"{result.known_before:,} events that the store knew were fed to the new stream")


@topics.command("check", epilog=CHECK)
def check_command(database: Database, broker: RequiredBroker) -> None:
    """Say whether every topic is there with the right number of partitions; exit 2 if not."""
    with errors_as_sentences(database, broker):
        from models.settings import Settings  # noqa: PLC0415  as above
        from sambung.connecting import connection_to  # noqa: PLC0415
        from sambung.replay import replaying  # noqa: PLC0415
        from sambung.terminal import interrupts  # noqa: PLC0415

        settings = Settings()
        checking = replaying.check(database, connection_to(broker, settings), settings)
        interrupts.run(checking, WHEN_STOPPED)
    typer.echo("every topic is there")
