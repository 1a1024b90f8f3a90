"""`sambung migrate`: migrates a store to this release's schema, and sets the rights of roles on it."""

from typing import Annotated, Any

import typer

from models.tables.audiences import RoleKind
from sambung.cli.commands.options import Database
from sambung.errors import errors_as_sentences
from sambung.terminal.screen import wrapped

NOT_ALONE = (
    "A replay or a worker is writing to this store, or it is being migrated already. Stop what writes, and "
    "run the same command again."
)
EXAMPLES = (
    "sambung migrate --database postgresql://sambung@db.example/sambung",
    "sambung migrate --reader reports --analyst research --database URL",
)
UNPROTECTED = "A role that was made just now has no password. Give it one, in psql: \\password ROLE"


def _role(words: str) -> Any:
    return typer.Option(metavar="ROLE", help=words, show_default=False)


def migrate(
    database: Database,
    *,
    reader: Annotated[
        str | None, _role("Let this role of PostgreSQL read all but content of events and refused records.")
    ] = None,
    analyst: Annotated[str | None, _role("Let this role read the content of accepted events too.")] = None,
    gateway: Annotated[str | None, _role("Let this role do what a gateway needs.")] = None,
) -> None:
    """Bring an older store to the schema of this release; set an empty one up; set the rights of roles.

    Stop what writes to the store first, and keep a copy of it: there is no way back. It is done completely
    or not at all, and running it again changes nothing.

    A role gets the rights of its kind in place of those that it had on the store; one that is not there yet
    is made. One that could write, or read more, is refused.
    """
    named = {RoleKind.READER: reader, RoleKind.ANALYST: analyst, RoleKind.GATEWAY: gateway}
    roles = {kind: role for kind, role in named.items() if role is not None}
    with errors_as_sentences(database):
        from sambung.cli import role_words  # noqa: PLC0415  SQLAlchemy: --help need not wait for it
        from sambung.stores.store_lock import store_lock  # noqa: PLC0415
        from sinks.store import migrate as migrated  # noqa: PLC0415

        with store_lock(database) as lock:
            lock.acquire_exclusive(NOT_ALONE)
            before, after, rights = migrated(database, roles)
        if before == after:
            typer.echo(f"The store has the schema {after} already.")
        elif before is None:
            typer.echo(f"The store was empty. It was set up with the schema {after}.")
        else:
            typer.echo(f"The store had the schema {before}. Now it has {after}.")
        for sentence in (*role_words.of_roles(roles, rights), *([UNPROTECTED] if roles else [])):
            typer.echo(wrapped(sentence))
