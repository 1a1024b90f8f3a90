"""`sambung restate`: the ledger under other rules, beside the live one, and the difference."""

from pathlib import Path
from typing import Annotated

import typer

from sambung.cli.commands.options import AsJson, Database
from sambung.errors import errors_as_sentences

EXAMPLES = (
    "sambung restate --rules shorter.toml --scenario shorter --database sqlite:///sambung.db",
    "sambung restate --list --database sqlite:///sambung.db",
    "sambung restate --show shorter --json --database sqlite:///sambung.db",
    "sambung restate --drop shorter --database sqlite:///sambung.db",
)

Name = str | None


def _one(wanted: str) -> object:
    return typer.Option(metavar="NAME", help=wanted, show_default=False)


def restate(  # noqa: PLR0913  one per option
    database: Database,
    *,
    rules: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The other rules (TOML).", show_default=False)
    ] = None,
    scenario: Annotated[Name, _one("Name of the new scenario: 1 to 32 of a-z, 0-9 and -.")] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the scenarios instead.")] = False,
    show: Annotated[Name, _one("Show again how a scenario differs.")] = None,
    drop: Annotated[Name, _one("Remove a scenario.")] = None,
    json: AsJson = False,
) -> None:
    """Compute all credit under other rules, and show the difference to the live ledger.

    The events of the store are folded as the stream folds them, in this process and without a broker. The
    result is a scenario: tables beside the live ones, which nothing else writes. The live ledger and its
    stream are not touched, and may go on.
    """
    asked = [list_all, show is not None, drop is not None, rules is not None or scenario is not None]
    if sum(asked) != 1 or (rules is None) != (scenario is None):
        raise typer.BadParameter(
            "give --rules FILE with --scenario NAME, or one of --list, --show NAME and --drop NAME."
        )
    with errors_as_sentences(database):
        if list_all:
            _list(database, json=json)
        elif drop is not None:
            _drop(database, drop)
        else:
            _difference(database, rules, scenario or show or "", json=json)


def _list(database: str, *, json: bool) -> None:
    from reports.scenarios import scenarios  # noqa: PLC0415  SQLAlchemy: --help need not wait for it
    from sambung.cli import scenario_words  # noqa: PLC0415
    from sambung.stores.reading_store import read  # noqa: PLC0415
    from sambung.terminal.screen import wrapped  # noqa: PLC0415

    found = read(database, scenarios)
    if json:
        typer.echo(scenario_words.list_as_document(found))
    elif found:
        typer.echo("\n".join(wrapped(scenario_words.in_short(one)) for one in found))
    else:
        typer.echo("There is no scenario yet. `sambung restate --rules FILE --scenario NAME` makes one.")


def _drop(database: str, name: str) -> None:
    from sambung.restating import remove_scenario  # noqa: PLC0415  as above

    remove_scenario(database, name)
    typer.echo(f"The scenario {name} is removed.")


def _difference(database: str, rules: Path | None, name: str, *, json: bool) -> None:
    """Of a new scenario under these rules, or of one that there is."""
    from models.places import Places  # noqa: PLC0415  as above
    from models.settings import Settings  # noqa: PLC0415
    from sambung import restating  # noqa: PLC0415
    from sambung.cli import scenario_words  # noqa: PLC0415
    from sambung.terminal.progress import when_slow  # noqa: PLC0415
    from sambung.terminal.screen import results  # noqa: PLC0415

    if rules is None:
        found = restating.difference_of(database, name)
    else:
        places = Places.load(Settings().places)
        with when_slow() as progress:
            found = restating.make_scenario(database, name, rules, places, progress)
    if json:
        typer.echo(scenario_words.as_document(found))
    else:
        scenario_words.show(found, results())
