"""`sambung why`: explains one member's credit."""

from typing import Annotated

import typer

from sambung.cli.commands.options import AsJson, AsOf, Database
from sambung.errors import errors_as_sentences
from sambung.terminal.exits import Exit

EXAMPLES = ("sambung why 17034138922 --database sqlite:///sambung.db",)


def why(
    member: Annotated[str, typer.Argument(help="The membership number.", show_default=False)],
    database: Database,
    as_of: AsOf = None,
    *,
    json: AsJson = False,
) -> None:
    """Say what brought one member in.

    Every touch is listed, in order, with its credit under each model. Exit 1 if no enrollment
    names the member.
    """
    with errors_as_sentences(database):
        from models.places import Places  # noqa: PLC0415  SQLAlchemy: --help need not wait for it
        from models.settings import Settings  # noqa: PLC0415
        from reports.as_json import as_json  # noqa: PLC0415
        from reports.journey import Unknown  # noqa: PLC0415
        from reports.moments import moment_of  # noqa: PLC0415
        from reports.why import why as found_for  # noqa: PLC0415
        from reports.why_words import in_words  # noqa: PLC0415
        from sambung.stores.reading_store import read  # noqa: PLC0415
        from sambung.terminal.screen import wrapped  # noqa: PLC0415

        places = Places.load(Settings().places)
        found = read(database, lambda connection: found_for(connection, member, moment_of(connection, as_of)))
    typer.echo(as_json(found) if json else wrapped(in_words(found, places)))
    if isinstance(found, Unknown):
        raise typer.Exit(int(Exit.CHECK_FAILED))
