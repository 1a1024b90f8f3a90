"""`sambung targets`: progress towards the year's targets, pace and forecast; and loading them."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from time import time_ns
from typing import Annotated

import typer

from models.statement import MODEL_NAMES
from models.targets import FIRST_YEAR, LAST_YEAR
from sambung.cli.commands.options import AsJson, AsOf, Database, examples, persistent
from sambung.errors import errors_as_sentences
from sambung.terminal.exits import Exit, stop
from sambung.terminal.screen import wrapped

SHOW = examples(
    "sambung targets --database sqlite:///sambung.db",
    "sambung targets --year 2026 --json --database sqlite:///sambung.db",
    "sambung targets load targets-2026.toml --database sqlite:///sambung.db",
)
LOAD = examples(
    "sambung targets load targets-2026.toml --database sqlite:///sambung.db",
    "sambung targets load diy-2017 --database sqlite:///sambung.db",
)

targets = typer.Typer()
Model = StrEnum("Model", {name: name for name in MODEL_NAMES})  # type: ignore[misc]


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  a date has no time zone
    except ValueError as problem:
        raise typer.BadParameter(f"{text!r} is no date. Write 2026-11-30, for example.") from problem


@targets.callback(invoke_without_command=True, epilog=SHOW)
def show_command(  # noqa: PLR0913, PLR0917  one per option
    context: typer.Context,
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            metavar="URL",
            callback=lambda url: url and persistent(url),
            help="The store, as a URL.",
            show_default=False,
        ),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(
            min=FIRST_YEAR,
            max=LAST_YEAR,
            help="The year; else the last one with targets by then.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        Model, typer.Option(help="How targets for a channel or an agent are credited.")
    ] = Model.linear,  # type: ignore[attr-defined]
    day: Annotated[
        date | None,
        typer.Option(
            metavar="DATE",
            parser=_day,
            help="The last day that counts as gone; else the last of which the store knows.",
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    *,
    json: AsJson = False,
) -> None:
    """Show progress towards the year's targets: needed per working day, forecast, on track or not.

    It is told by the store's last batch and by no clock. A store that was filled after the year, by a replay,
    is looked at after the day of the last thing that happened in it. `targets load` loads the targets.
    """
    if context.invoked_subcommand is not None:
        return
    if database is None:
        raise typer.BadParameter("name the store: --database sqlite:///sambung.db", param_hint="--database")
    with errors_as_sentences(database):
        from models.places import Places  # noqa: PLC0415  SQLAlchemy: --help need not wait for it
        from models.settings import Settings  # noqa: PLC0415
        from reports import targets as standing  # noqa: PLC0415
        from reports.as_json import as_json  # noqa: PLC0415
        from reports.moments import moment_of  # noqa: PLC0415
        from reports.targets_words import in_words  # noqa: PLC0415
        from sambung.stores.reading_store import read  # noqa: PLC0415

        asked = standing.Asked(year, model.value, day)
        places = Places.load(Settings().places)
        found = read(database, lambda one: standing.targets(one, moment_of(one, as_of), asked))
        if json:
            typer.echo(as_json(found))
        elif found.targets:
            typer.echo("\n".join(map(wrapped, in_words(found, places).split("\n"))))
        else:
            years = ", ".join(map(str, found.years))
            raise stop(Exit.CHECK_FAILED, f"There are no targets of {found.year}, only of {years}.")


@targets.command("load", epilog=LOAD)
def load_command(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="A file of targets (TOML), or diy-2017.", show_default=False),
    ],
    database: Database,
) -> None:
    """Load the targets of a year in place of those that the store has of it.

    `diy-2017` are the published targets of 2017, and an example of such a file.
    """
    with errors_as_sentences(database):
        from models.places import Places  # noqa: PLC0415  as above
        from models.settings import Settings  # noqa: PLC0415
        from models.targets import PUBLISHED, load_targets, published_file  # noqa: PLC0415
        from reports.wording import many  # noqa: PLC0415
        from sambung.stores.side_writing import change  # noqa: PLC0415
        from sinks.targets import replace_targets  # noqa: PLC0415

        path = published_file() if file == PUBLISHED and not Path(file).exists() else Path(file)
        wanted = load_targets(path, Places.load(Settings().places))
        replaced = change(
            database, lambda connection: replace_targets(connection, wanted, time_ns() // 1_000)
        )
    instead = f" in place of {many(replaced, 'target')}" if replaced else ""
    typer.echo(wrapped(f"{many(len(wanted), 'target')} of {wanted[0].year} loaded{instead}."))
