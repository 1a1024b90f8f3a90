"""`sambung rejected`: lists refused records, and sends them again once the cause is corrected."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from models.intake.refusal import Reason
from reports.wording import many
from sambung.cli.commands.options import WHEN_STOPPED, AsJson, Broker, Database, Verbose, examples
from sambung.errors import errors_as_sentences
from sambung.terminal.exits import Exit, stop
from sambung.terminal.screen import wrapped

if TYPE_CHECKING:
    from sinks.refused import Item

rejected = typer.Typer(help="Look at refused records; send them again.", no_args_is_help=True)

MOST = 50
LIST = examples(
    "sambung rejected list --database sqlite:///sambung.db",
    "sambung rejected list --reason unknown_place --database sqlite:///sambung.db",
)
SHOW = examples("sambung rejected show 3f0c21aa97de --database sqlite:///sambung.db")
REPLAY = examples(
    "sambung rejected replay --database sqlite:///sambung.db",
    "sambung rejected replay --broker 127.0.0.1:9092 --database sqlite:///sambung.db",
)

Of = Annotated[Reason | None, typer.Option("--reason", help="Those of one reason only.")]


@rejected.command("list", epilog=LIST)
def list_command(
    database: Database,
    reason: Of = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show; --json shows all.")] = MOST,
    *,
    json: AsJson = False,
) -> None:
    """List the refused records, the reasons, and the outcome if each were sent again now.

    ready: it would be accepted. done: the store has its event by now. refused: the cause is still
    there. conflict: other content of the same revision won. masked: it had a national id, which was
    masked; the app has to send the event again without the id.
    """
    with errors_as_sentences(database):
        from sambung.cli import refused_words  # noqa: PLC0415  see replay.py

        items = _items(database, reason)
        if json:
            typer.echo(refused_words.as_document(items))
        elif items:
            typer.echo("\n".join(map(wrapped, refused_words.in_short(items[:limit]))))
            typer.echo(wrapped(_summary(items, limit)))
        else:
            typer.echo("No record was refused.")


@rejected.command("show", epilog=SHOW)
def show_command(
    identity: Annotated[str, typer.Argument(metavar="ID", help="As shown by `list`, or its beginning.")],
    database: Database,
) -> None:
    """Show all of one refused record: the errors, its original position, key, value and headers."""
    with errors_as_sentences(database):
        from sambung.cli import refused_words  # noqa: PLC0415  see replay.py

        found = [item for item in _items(database) if item.id.startswith(identity)]
        if not found:
            raise stop(Exit.CHECK_FAILED, f"No refused record of this store has the id {identity}.")
        if len(found) > 1:
            raise stop(Exit.WRONG_USE, f"{len(found)} records have ids that begin so. Write more of it.")
        typer.echo("\n".join(map(wrapped, refused_words.in_full(found[0]))))


@rejected.command("replay", epilog=REPLAY)
def replay_command(
    database: Database,
    broker: Broker = None,
    reason: Of = None,
    *,
    verbose: Verbose = False,
) -> None:
    """Send again the records that would be accepted now, and leave the rest.

    For records that were refused for an outside cause, such as a place missing from the list. Errors in the
    event itself are corrected by the app that sent it, which sends it again. Running the command again
    changes nothing.
    """
    with errors_as_sentences(database, broker or "that was started here"):
        from models.settings import Settings  # noqa: PLC0415  see replay.py
        from sambung.connecting import connection_to  # noqa: PLC0415
        from sambung.replay import replaying, running  # noqa: PLC0415
        from sambung.resending import records_to_resend  # noqa: PLC0415
        from sambung.terminal import interrupts  # noqa: PLC0415
        from sambung.terminal.progress import reporter  # noqa: PLC0415

        items = _items(database, reason)
        settings = Settings()
        records = records_to_resend(items, settings.partitions)
        sent = sum(map(len, records.values()))
        if sent:
            connection = connection_to(broker, settings) if broker else None
            options = running.RunOptions(database, connection, settings, verbose)
            with reporter() as report:
                interrupts.run(replaying.resend(records, options, report), WHEN_STOPPED)
    typer.echo(f"{many(sent, 'record')} sent again" if sent else "Nothing to send again.")
    left = Counter(item.outcome for item in items if item.outcome != "ready")
    for now, count in sorted(left.items()):
        typer.echo(f"  {count:,} left: {now}")


def _items(database: str, reason: Reason | None = None) -> "list[Item]":
    from models.settings import Settings  # noqa: PLC0415  see replay.py
    from sambung.following import Reference  # noqa: PLC0415
    from sambung.stores.reading_store import read  # noqa: PLC0415
    from sinks.refused import refused  # noqa: PLC0415

    places = Reference.load(Settings()).places
    found = read(database, lambda connection: refused(connection, places))
    return [item for item in found if reason is None or item.record.reason == reason]


def _summary(items: "list[Item]", limit: int) -> str:
    counts = Counter(item.outcome for item in items)
    by_outcome = ", ".join(f"{count:,} {outcome}" for outcome, count in counts.items())
    summary = f"{many(len(items), 'record')}: {by_outcome}"
    return summary if len(items) <= limit else f"{summary}; the first {limit:,} are shown"
