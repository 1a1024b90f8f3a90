"""`sambung restore`: turns a copy into a store again, and audits it before it is one."""

from pathlib import Path
from typing import Annotated

import typer

from sambung.cli.commands.options import Database
from sambung.errors import errors_as_sentences

EXAMPLES = (
    "sambung restore sambung-monday.db --database sqlite:///restored.db",
    "sambung restore /backup/sambung.dump --database postgresql://sambung@db.example/restored",
)


def restore(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `sambung backup` made.", show_default=False)
    ],
    database: Database,
) -> None:
    """Turn a copy into a store again, where there is none.

    It is read to its end and audited: each active member must be credited exactly once. Where that does not
    hold nothing is restored, or in PostgreSQL left to be looked at, and the exit code is 1.
    """
    with errors_as_sentences(database):
        from sambung.cli.contents_words import in_short, what_follows  # noqa: PLC0415  see backup.py
        from sambung.stores.copies import restore as restored  # noqa: PLC0415
        from sambung.terminal.screen import wrapped  # noqa: PLC0415
        from sinks.store import parse  # noqa: PLC0415

        found = restored(database, file)
        url = parse(database)[1]
        shown = url.render_as_string(hide_password=True)
        next_steps = what_follows(found, shown, has_roles=url.get_backend_name() == "postgresql")
    active = found.audit.active_members
    typer.echo(wrapped(f"Restored to {shown}: {in_short(found.contents)}."))
    typer.echo(wrapped(f"Audited: credit is 1,000,000 millionths for each of {active:,} active members."))
    for sentence in next_steps:
        typer.echo(wrapped(sentence))
