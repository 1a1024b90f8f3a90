"""`sambung report`: one file with everything that is known of a place and a period, to be filed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from models.language import Language
from sambung.cli.commands.options import AsJson, AsOf, Database
from sambung.errors import errors_as_sentences
from sambung.terminal.exits import Exit, Failed

EXAMPLES = (
    "sambung report --out 2017.html --database sqlite:///sambung.db",
    "sambung report --period 2017-01..2017-09 --place 34.04 --lang en --out sleman.pdf --database URL",
)
LIBRARIES = {"babel", "jinja2", "markupsafe", "typst"}


def report(  # noqa: PLR0913  one per option
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="The file to make: .html or .pdf", show_default=False),
    ],
    database: Database,
    *,
    period: Annotated[
        str | None,
        typer.Option(
            metavar="MONTHS",
            help="Members who joined then, 2017-01..2017-09 or one month; else all.",
            show_default=False,
        ),
    ] = None,
    place: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="Members who work there: a regency (34.04) or a sub-district (34.04.07); else all.",
            show_default=False,
        ),
    ] = None,
    lang: Annotated[Language, typer.Option(help="Indonesian or English.")] = Language.ID,
    as_of: AsOf = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it is there.")] = False,
    json: AsJson = False,
) -> None:
    """Write a report of new members and of what brought them in, as one file.

    It needs nothing beside it, and prints on A4. FILE is there when all of it is on the disk, never before.
    The same store gives the same bytes; with --as-of, of a past moment too.
    """
    with errors_as_sentences(database), _libraries():
        # SQLAlchemy and Babel: --help need not wait for them.
        from models.places import Places  # noqa: PLC0415
        from models.settings import Settings  # noqa: PLC0415
        from reports.as_json import as_json  # noqa: PLC0415
        from reports.scope import Scope  # noqa: PLC0415
        from sambung.cli import report_words  # noqa: PLC0415
        from sambung.reporting.report import Asked, make_report  # noqa: PLC0415
        from sambung.terminal.progress import when_slow  # noqa: PLC0415
        from sambung.terminal.screen import wrapped  # noqa: PLC0415

        asked = Asked(out, lang, Scope(place, report_words.period(period)), as_of, force)
        with when_slow() as show:
            written = make_report(database, asked, Places.load(Settings().places), show)
        typer.echo(as_json(written) if json else wrapped(report_words.in_short(written)))


@contextmanager
def _libraries() -> Iterator[None]:
    """Raises Failed where one of those that only reports need is not installed."""
    try:
        yield
    except ModuleNotFoundError as problem:
        if problem.name not in LIBRARIES:
            raise
        raise Failed(
            Exit.WRONG_USE, f"A report needs {problem.name}: pip install 'sambung[reports]'"
        ) from problem
