"""`sambung campaigns`: results and costs of each effort."""

from enum import StrEnum
from typing import Annotated

import typer

from sambung.cli.commands.options import AsJson, AsOf, Database
from sambung.errors import errors_as_sentences

EXAMPLES = (
    "sambung campaigns --database sqlite:///sambung.db",
    "sambung campaigns --by campaign --database sqlite:///sambung.db",
)


class By(StrEnum):
    CHANNEL = "channel"
    CAMPAIGN = "campaign"


def campaigns(
    database: Database,
    by: Annotated[By, typer.Option(help="One row per channel, or one per campaign.")] = By.CHANNEL,
    as_of: AsOf = None,
    *,
    json: AsJson = False,
) -> None:
    """Show what each effort brought in and cost.

    Workers and companies are credited under five models; efforts that brought in the same worker share that
    credit. Organic are members that no effort is known to have brought in. The last lines show the progress
    to the year's target.
    """
    with errors_as_sentences(database):
        # SQLAlchemy and rich: --help need not wait for them.
        from reports.campaigns import campaigns as returns  # noqa: PLC0415
        from reports.moments import moment_of  # noqa: PLC0415
        from sambung.cli import campaign_table  # noqa: PLC0415
        from sambung.stores.reading_store import read  # noqa: PLC0415
        from sambung.terminal.screen import results  # noqa: PLC0415

        found = read(database, lambda connection: returns(connection, moment_of(connection, as_of)))
        rows = found.campaigns if by is By.CAMPAIGN else found.channels
        if json:
            typer.echo(campaign_table.as_document(found, rows))
        else:
            campaign_table.show(found, rows, results())
