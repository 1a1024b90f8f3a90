"""`sambung explain`: the difference between two moments, event by event."""

from typing import Annotated

import typer

from sambung.cli.commands.options import AsJson, Database, From, To
from sambung.errors import errors_as_sentences
from sambung.terminal.exits import Exit, Failed

EXAMPLES = ("sambung explain --from 2026-11-29T17:00:00Z --to 2026-11-30T17:00:00Z --database URL",)


def explain(  # noqa: PLR0913  one per option
    database: Database,
    earlier: From,
    later: To,
    model: Annotated[str, typer.Option(help="The credit model to show; --json has all.")] = "linear",
    most: Annotated[int, typer.Option(help="Campaigns, members and events to list at most.", min=0)] = 20,
    *,
    json: AsJson = False,
) -> None:
    """Say why the numbers of two moments differ.

    Each member and event that came, went or changed between them is listed, with its touches. Together
    they add up to the difference of the campaigns, which is checked: exit 1 where they do not. Moments are
    those at which the store was written, not those at which something happened.
    """
    with errors_as_sentences(database):
        from models.places import Places  # noqa: PLC0415  SQLAlchemy: --help need not wait for it
        from models.settings import Settings  # noqa: PLC0415
        from reports.as_json import as_json  # noqa: PLC0415
        from reports.explain import explain as explained  # noqa: PLC0415
        from reports.explain_words import in_words  # noqa: PLC0415
        from reports.moments import moment_at  # noqa: PLC0415
        from sambung.stores.reading_store import read  # noqa: PLC0415
        from streams.attribution.credit import MODELS  # noqa: PLC0415

        if earlier > later:
            raise Failed(Exit.WRONG_USE, "--from is later than --to. Exchange them.")
        if model not in MODELS:
            raise Failed(Exit.WRONG_USE, f"There is no model {model!r}. Write one of {', '.join(MODELS)}.")
        found = read(
            database,
            lambda connection: explained(
                connection, moment_at(connection, earlier), moment_at(connection, later)
            ),
        )
        places = Places.load(Settings().places)
    typer.echo(as_json(found) if json else "\n".join(in_words(found, places, model, most)))
    if not found.adds_up:
        raise typer.Exit(int(Exit.CHECK_FAILED))
