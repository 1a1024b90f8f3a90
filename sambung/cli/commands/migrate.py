"""`sambung migrate`: migrates a store to this release's schema, and grants rights to read it."""

from typing import Annotated

import typer

from sambung.cli.commands.options import Database
from sambung.errors import errors_as_sentences

NOT_ALONE = (
    "A replay or a worker is writing to this store, or it is being migrated already. Stop what writes, and "
    "run the same command again."
)
EXAMPLES = (
    "sambung migrate --database postgresql://sambung@db.example/sambung",
    "sambung migrate --reader reports --database postgresql://sambung@db.example/sambung",
)


def migrate(
    database: Database,
    *,
    reader: Annotated[
        str | None,
        typer.Option(
            metavar="ROLE",
            help="Let this role of PostgreSQL read every table and write none; made if it is not there.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Bring an older store to the schema of this release; set an empty one up.

    Stop what writes to the store first, and keep a copy of it: there is no way back. It is done completely
    or not at all, and running it again changes nothing.
    """
    with errors_as_sentences(database):
        from sambung.stores.store_lock import (  # noqa: PLC0415  SQLAlchemy: --help need not wait for it
            store_lock,
        )
        from sinks.store import migrate as migrated  # noqa: PLC0415

        with store_lock(database) as lock:
            lock.acquire_exclusive(NOT_ALONE)
            before, after = migrated(database, reader)
    if before == after:
        typer.echo(f"The store has the schema {after} already.")
    elif before is None:
        typer.echo(f"The store was empty. It was set up with the schema {after}.")
    else:
        typer.echo(f"The store had the schema {before}. Now it has {after}.")
    if reader is not None:
        typer.echo(f"{reader} may read every table and view, and write none.")
        typer.echo("A role that was made just now has no password. Give it one, in psql: \\password ROLE")
