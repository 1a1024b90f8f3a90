"""`sambung audit`: checks the two sums that always hold."""

import typer

from sambung.cli.commands.options import AsJson, Database
from sambung.errors import errors_as_sentences
from sambung.terminal.exits import Exit

EXAMPLES = ("sambung audit --database sqlite:///sambung.db",)

MOST_FAILURES = 20
"""Lines of failures; --json prints all."""


def audit(database: Database, *, json: AsJson = False) -> None:
    """Check the two sums that always hold.

    Every active member is credited exactly once under every model, and the live counts are what the
    members' credit adds up to. Both hold whenever nothing is under way; while a worker writes they may
    not. Exit 1 and the difference where one fails.
    """
    with errors_as_sentences(database):
        from reports.as_json import as_json  # noqa: PLC0415
        from reports.audit import audit as checked  # noqa: PLC0415  SQLAlchemy: --help need not wait for it
        from reports.audit_words import failures  # noqa: PLC0415
        from sambung.stores.reading_store import read  # noqa: PLC0415

        found = read(database, checked)
    if json:
        typer.echo(as_json(found))
    elif found.clean:
        typer.echo(_clean(found.active_members, found.cells))
    else:
        lines = failures(found)
        typer.echo("\n".join(lines[:MOST_FAILURES]))
        if len(lines) > MOST_FAILURES:
            typer.echo(f"{len(lines) - MOST_FAILURES:,} more differences; --json shows all")
    if not found.clean:
        raise typer.Exit(int(Exit.CHECK_FAILED))


def _clean(members: int, cells: int) -> str:
    return (
        f"Both sums hold: credit is 1,000,000 millionths for each of {members:,} active members under every "
        f"model,\nand {cells:,} rows of live_count are what the members' credit adds up to."
    )
