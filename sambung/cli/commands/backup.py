"""`sambung backup`: copies a store into a file while others write to it."""

from pathlib import Path
from typing import Annotated

import typer

from sambung.cli.commands.options import Database
from sambung.errors import errors_as_sentences

EXAMPLES = (
    "sambung backup sambung-monday.db --database sqlite:///sambung.db",
    "sambung backup --force /backup/sambung.dump --database postgresql://sambung@db.example/sambung",
)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to make.", show_default=False)],
    database: Database,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a FILE that is there.")] = False,
) -> None:
    """Copy a store as of one moment while others write to it.

    Nobody waits for it. FILE is there when the copy is whole and on the disk, never before; it has the hashes
    of people, and only its owner may read it. Of a store in PostgreSQL it is a dump of our tables by pg_dump.
    """
    with errors_as_sentences(database):
        from sambung.cli.contents_words import in_short  # noqa: PLC0415  SQLAlchemy: --help need not wait
        from sambung.stores.copies import back_up  # noqa: PLC0415
        from sambung.terminal.screen import wrapped  # noqa: PLC0415

        found = back_up(database, file, replace=force)
        size_mb = file.stat().st_size / 1_000_000
    typer.echo(wrapped(f"{file} ({size_mb:,.1f} MB) has {in_short(found.contents)}."))
    if found.journal_bytes:
        typer.echo(
            wrapped(f"The journal of office mode is in it too ({found.journal_bytes / 1_000_000:,.1f} MB).")
        )
