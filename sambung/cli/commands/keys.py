"""`sambung keys`: makes, lists and revokes the keys by which the gateway knows apps."""

from collections.abc import Callable
from time import time_ns
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from sambung.cli.commands.options import AsJson, Database, examples
from sambung.errors import errors_as_sentences
from sambung.terminal.screen import results, wrapped

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from models.places import Places

Result = TypeVar("Result")

keys = typer.Typer(help="Make, list and revoke keys of apps.", no_args_is_help=True)

CREATE = examples(
    "sambung keys create sleman-app --scope publish:enrollment --place 34.04 --database URL",
    "sambung keys create page --scope read:counts --scope read:members --database URL",
)
LIST = examples("sambung keys list --database sqlite:///sambung.db")
REVOKE = examples("sambung keys revoke sleman-app --database sqlite:///sambung.db")

Name = Annotated[str, typer.Argument(metavar="NAME", help="1 to 32 of a-z, 0-9 and -.", show_default=False)]


@keys.command("create", epilog=CREATE)
def create_command(
    name: Name,
    database: Database,
    scope: Annotated[
        list[str],
        typer.Option(
            metavar="SCOPE",
            help="What it may do: publish:enrollment, publish:outreach-event, publish:inspection, "
            "read:counts, read:members or read:rejected. Several: --scope A --scope B.",
            show_default=False,
        ),
    ],
    place: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            help="Let it publish events, and read members, of this place and those below it alone; else of "
            "all places. Several: --place A --place B.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Make a key and print it, and nothing else, on standard output.

    It is shown this once: the store keeps only a digest of it. It works at once. Counts are not by place: a
    key with places that may read them reads all. The name stands for the key in `access` and with refused
    records, and is never given again.
    """
    with errors_as_sentences(database):
        from sambung import api_keys  # noqa: PLC0415  SQLAlchemy: --help need not wait for it

        key = api_keys.key_wanted(name, scope, place or (), _places())
        token = _write(database, lambda connection, at_us: api_keys.make(connection, key, at_us))
    typer.echo(token)


@keys.command("list", epilog=LIST)
def list_command(database: Database, *, json: AsJson = False) -> None:
    """List the keys that were ever made, what each may do and where. None can be shown again."""
    with errors_as_sentences(database):
        from api.keys.table import listed_keys  # noqa: PLC0415  as above
        from sambung.cli import key_words  # noqa: PLC0415
        from sambung.stores.reading_store import read  # noqa: PLC0415

        found = read(database, listed_keys)
        if json:
            typer.echo(key_words.as_document(found))
        elif found:
            key_words.show(found, _places(), results())
        else:
            typer.echo("There is no key yet. `sambung keys create` makes one.")


@keys.command("revoke", epilog=REVOKE)
def revoke_command(name: Name, database: Database) -> None:
    """Revoke a key for good: every gateway refuses it within 5 seconds, and ends what it reads with it."""
    with errors_as_sentences(database):
        from reports.wording import when  # noqa: PLC0415
        from sambung import api_keys  # noqa: PLC0415  as above

        found = _write(database, lambda connection, at_us: api_keys.revoke(connection, name, at_us))
        assert found.revoked_us is not None  # noqa: S101  it was revoked, now or before
        since = when(found.revoked_us, seconds=True)
    typer.echo(wrapped(f"{name} is revoked since {since}. Every gateway refuses it within 5 seconds."))


def _places() -> "Places":
    from models.places import Places  # noqa: PLC0415
    from models.settings import Settings  # noqa: PLC0415

    return Places.load(Settings().places)


def _write(database: str, change: "Callable[[Connection, int], Result]") -> Result:
    """Beside a worker that writes the same store."""
    from sinks.store import open_side_writer  # noqa: PLC0415

    engine = open_side_writer(database)
    try:
        with engine.begin() as connection:
            return change(connection, time_ns() // 1_000)
    finally:
        engine.dispose()
