"""Makes a report of a store, and the file that has it: whole, or not there."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection

from models.language import Language
from models.places import Places
from reports.document.compose import compose
from reports.document.figures import Progress, figures
from reports.document.parts import Document
from reports.moments import moment_of
from reports.provenance import Provenance
from reports.scope import Period, Scope
from sambung.stores.reading_store import read
from sambung.terminal.exits import Exit, Failed
from sinks.whole_file import whole_file

ENDINGS: Final = (".html", ".pdf")
"""Of files that a report can be."""
MOST_SUGGESTED: Final = 5
Write = Callable[[Document], bytes]


@dataclass(frozen=True, slots=True)
class Asked:
    file: Path
    language: Language
    scope: Scope
    as_of_us: int | None = None
    replace: bool = False
    """A file of that name may be replaced."""


class Written(NamedTuple):
    """What `sambung report --json` prints."""

    file: str
    bytes: int
    sha256: str
    language: Language
    place: str | None
    period: Period | None
    store: Provenance


def make_report(database: str, asked: Asked, places: Places, progress: Progress = lambda *_: None) -> Written:
    """Raises Failed, NoSuchMoment, StoreError and OSError; then FILE is as it was."""
    write = _writer(asked.file)
    _check_place(asked.scope.place, places)
    asked.file.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(
        asked.file, lambda file: _check_free(file, replace=asked.replace), private=False
    ) as partial:
        found, store = read(database, lambda connection: _document(connection, asked, places, progress))
        content = write(found)
        partial.write_bytes(content)
    return Written(
        str(asked.file),
        len(content),
        hashlib.sha256(content).hexdigest(),
        asked.language,
        asked.scope.place,
        asked.scope.period,
        store,
    )


def _writer(file: Path) -> Write:
    match file.suffix.lower():
        case ".html":
            from sambung.reporting.html_file import html as write  # noqa: PLC0415  for this kind only
        case ".pdf":
            from sambung.reporting.pdf import pdf as write  # noqa: PLC0415
        case _:
            endings = " or ".join(ENDINGS)
            raise Failed(Exit.WRONG_USE, f"{file.name} is no name of a report. Let it end in {endings}.")
    return write


def _check_place(place: str | None, places: Places) -> None:
    if place is None or places.known(place):
        return
    named = [code for code, name in places.names.items() if place.lower() in name.lower()]
    close = ", ".join(f"{code} ({places.label(code)})" for code in named[:MOST_SUGGESTED])
    hint = (
        f"Write its code: {close}." if close else "Write the code of a regency or a sub-district, as 34.04."
    )
    raise Failed(Exit.WRONG_USE, f"{place!r} is not on the list of places. {hint}")


def _check_free(file: Path, *, replace: bool) -> None:
    if file.is_dir():
        raise Failed(Exit.WRONG_USE, f"{file} is a folder. Name a file in it: {file / 'report.html'}")
    if file.exists() and not replace:
        raise Failed(
            Exit.WRONG_USE, f"{file} is there already. Name another file, or replace it with --force."
        )


def _document(
    connection: Connection, asked: Asked, places: Places, progress: Progress
) -> tuple[Document, Provenance]:
    moment = moment_of(connection, asked.as_of_us)
    found = figures(connection, moment, asked.scope, places, progress)
    return compose(found, asked.language), found.store
