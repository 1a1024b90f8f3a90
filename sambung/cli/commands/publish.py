"""`sambung publish`: sends events from files, and lists, to a gateway."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from models.events import EventType
from sambung.cli.commands.options import checked_files
from sambung.errors import errors_as_sentences
from sambung.terminal.exits import Exit, Failed, print_error
from sambung.terminal.screen import wrapped

if TYPE_CHECKING:
    from sambung.publishing import Report

EXAMPLES = (
    "sambung publish events.ndjson --gateway https://gateway.example --key-file app.key",
    "sambung publish --template enrollment > list.csv",
    "sambung publish list.xlsx --as enrollment --source sleman --gateway URL --key-file app.key",
)
WHEN_STOPPED = "Stopped before the end. Run the same command again: it goes on, and nothing is counted twice."
_TYPES: tuple[EventType, ...] = get_args(EventType)


_INCOMPLETE = "Name files, --gateway and --key-file; for lists both --as and --source."


def _existing(files: list[str] | None) -> list[str]:
    return checked_files(files or [])


def publish(  # noqa: PLR0913, PLR0917  the options of a command
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE",
            callback=_existing,
            help="Events, one JSON object per line (.gz is unpacked; - is standard input), or, with --as, "
            "lists as .xlsx or CSV.",
            show_default=False,
        ),
    ] = None,
    gateway: Annotated[
        str, typer.Option(metavar="URL", help="The gateway, such as https://gateway.example.")
    ] = "",
    key_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File with the key of this app (sb_…).")
    ] = None,
    outbox: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where events are kept until the gateway has them.",
            show_default="a file of yours for each gateway",
        ),
    ] = None,
    kind: Annotated[
        EventType | None,
        typer.Option(
            "--as",
            metavar="TYPE",
            help=f"What the rows of a list are: {', '.join(_TYPES)}.",
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose list it is; always the same for one list.")
    ] = None,
    person_key_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Hash national ids here, with this key, and not at the gateway."),
    ] = None,
    ca_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Certificate of the authority that signed the gateway's."),
    ] = None,
    patience: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="How long to try while nothing gets through.")
    ] = 120.0,
    template: Annotated[
        EventType | None,
        typer.Option(metavar="TYPE", help="Print the headers of an empty list, and end."),
    ] = None,
    *,
    again: Annotated[bool, typer.Option("--again", help="Send also what the gateway has already.")] = False,
    drop_refused: Annotated[
        bool, typer.Option("--drop-refused", help="Give up the refused events of earlier runs, for good.")
    ] = False,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help="Send over the network without TLS: key and ids can be read.")
    ] = False,
    moved: Annotated[bool, typer.Option("--moved", help="The gateway has this new address.")] = False,
) -> None:
    """Send events to a gateway, each of which is answered.

    They are first kept in an outbox, a file that survives everything. When the command was interrupted, run
    it again: it goes on where it was, and nothing is counted twice. Refused events are shown with file, line
    and reason; correct the file and run the command again. Dates without a zone are Jakarta's.
    Exit code 0: the gateway has all. 1: some were refused. 3: the gateway cannot be reached; events are kept.
    """
    if template is not None:
        from sambung.lists import columns  # noqa: PLC0415  see replay.py

        typer.echo(",".join(columns.template(template)))
        return
    with errors_as_sentences(), _own_errors():
        if not files or not gateway or key_file is None or (kind is None) != (source is None):
            raise Failed(Exit.WRONG_USE, _INCOMPLETE)
        from sambung import publishing  # noqa: PLC0415
        from sambung.client import GatewayAddress, PersonKey  # noqa: PLC0415

        key = PersonKey.read(person_key_file) if person_key_file else None
        address = GatewayAddress(gateway, key_file, key, ca_file, language="en", plain_http=plain_http)
        options = publishing.Options(
            address, outbox, patience, again=again, drop_refused=drop_refused, moved=moved
        )
        _tell(publishing.publish(files, options, kind, source or ""))


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise Failed(128 + signal.SIGINT, WHEN_STOPPED) from None
    except ModuleNotFoundError as error:
        raise Failed(Exit.WRONG_USE, f"{error.name} is missing: pip install 'sambung[client]'") from error
    except Exception as error:
        if type(error).__module__.startswith(("sambung.client.", "sambung.lists.")):
            raise Failed(Exit.WRONG_USE, str(error)) from error
        raise


def _tell(report: "Report") -> None:
    for sentence in report.wrong:
        print_error(sentence)
    typer.echo(wrapped("\n".join(report.in_words())))
    if report.exit_code:
        raise typer.Exit(report.exit_code)
