"""`sambung export`: tables as files for others, or cross-tables that may be handed to anybody."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sambung.cli.commands.options import AsJson, AsOf, Database
from sambung.errors import errors_as_sentences

EXAMPLES = (
    "sambung export member credit_current --out exports/monday --format parquet --database URL",
    "sambung export member --since-batch 42 --out exports/tuesday --database URL",
    "sambung export members_by_place credit_by_campaign --out public --format xlsx --database URL",
)


class Format(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"


class Audience(StrEnum):
    READER = "reader"
    ANALYST = "analyst"


def export(  # noqa: PLR0913, PLR0917  one per option
    tables: Annotated[
        list[str],
        typer.Argument(
            metavar="TABLE",
            help="Tables and views of the store; or members_by_place, members_by_month, credit_by_campaign.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder to make.", show_default=False)
    ],
    database: Database,
    file_format: Annotated[Format, typer.Option("--format", help="Of the files.")] = Format.CSV,
    since_batch: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=-1,
            help="Only rows of later batches, and what was removed since. The last manifest says which.",
            show_default=False,
        ),
    ] = None,
    min_cell: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=3,
            help="Of cross-tables: round all numbers to multiples of N, do not tell 1 to N-1. Else 10.",
            show_default=False,
        ),
    ] = None,
    audience: Annotated[
        Audience, typer.Option("--for", help="Who gets them; an analyst also the content of events.")
    ] = Audience.READER,
    as_of: AsOf = None,
    *,
    json: AsJson = False,
) -> None:
    """Write tables of the store into files, all of one moment, with a manifest.

    DIR is there when all of it is on the disk, never before; the same rows give the same bytes. Only its
    owner may read tables. Cross-tables tell nothing of few people, and may be handed to anybody.
    """
    with errors_as_sentences(database):
        from reports.as_json import as_json  # noqa: PLC0415  SQLAlchemy: --help need not wait for it
        from sambung.cli import export_words  # noqa: PLC0415
        from sambung.exporting.export import export as exported  # noqa: PLC0415
        from sambung.terminal.progress import when_slow  # noqa: PLC0415
        from sambung.terminal.screen import wrapped  # noqa: PLC0415

        asked = export_words.asked(
            tables, out, file_format, audience, since_batch=since_batch, as_of_us=as_of, min_cell=min_cell
        )
        with when_slow() as show:
            manifest = exported(database, asked, lambda name, rows: show(f"Exporting {name}", rows, None))
        typer.echo(as_json(manifest) if json else wrapped(export_words.in_short(out, manifest)))
