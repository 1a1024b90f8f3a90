"""Reads the cells of a CSV or XLSX file."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from models.events import EventType
from sambung.lists.cells import Cell
from sambung.lists.columns import Headers, read_headers

_TITLE_ROWS: Final = 20
"""Above the headers, in which a list says what it is."""
_SEPARATORS: Final = ",;\t|"


class ListError(Exception):
    """The file cannot be read as a list; the text says why and what to do."""


class Row(NamedTuple):
    """A row with its number in the file, from 1."""

    number: int
    cells: tuple[Cell, ...]


class Table(NamedTuple):
    headers: Headers
    rows: list[Row]
    """Those below the headers that are not blank."""


def read_table(path: Path, kind: EventType) -> Table:
    """Raises ListError and OSError."""
    letters = _is_spreadsheet(path)
    rows = _spreadsheet(path, kind) if letters else _text(path, kind)
    at, headers = _headers(rows, kind, letters=letters)
    if not headers.columns:
        raise ListError(
            f"{path} has no line of headers that names a column of this kind of list. "
            f"`sambung publish --template {kind}` prints one."
        )
    return Table(headers, [row for row in rows[at + 1 :] if not all(cell.blank for cell in row.cells)])


def _headers(rows: Sequence[Row], kind: EventType, *, letters: bool) -> tuple[int, Headers]:
    """The line that names most columns, and its index."""
    found = [
        (
            index,
            read_headers(kind, [cell.value for cell in row.cells], _labels(len(row.cells), letters=letters)),
        )
        for index, row in enumerate(rows[:_TITLE_ROWS])
    ]
    return max(found, key=lambda one: len(one[1].columns), default=(0, Headers((), (), ())))


def _labels(count: int, *, letters: bool) -> list[str]:
    return [_letter(index) if letters else str(index + 1) for index in range(count)]


def _letter(index: int) -> str:
    """As a spreadsheet names its columns.

    >>> _letter(0), _letter(25), _letter(26), _letter(701), _letter(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    above, rest = divmod(index, 26)
    return (_letter(above - 1) if above else "") + chr(ord("A") + rest)


def _is_spreadsheet(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise ListError(f"{path} is of an old format (.xls) or has a password. Save it as .xlsx without one.")
    return start.startswith(b"PK")


def _spreadsheet(path: Path, kind: EventType) -> list[Row]:
    """The sheet that names most columns; of formulas what they last came to."""
    import openpyxl  # noqa: PLC0415  takes a while, and is for spreadsheets only

    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            sheets = [list(_cells_of(sheet.iter_rows())) for sheet in book.worksheets]
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise ListError(f"{path} is no whole .xlsx file. Save it anew, as .xlsx or as CSV.") from error
    return max(sheets, key=lambda rows: len(_headers(rows, kind, letters=True)[1].columns), default=[])


def _cells_of(rows: Iterator[Sequence[object]]) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        cells = [Cell(getattr(one, "value", None), getattr(one, "number_format", "") or "") for one in row]
        yield Row(number, tuple(cells))


def _text(path: Path, kind: EventType) -> list[Row]:
    text = _decoded(path)
    candidates = [_parted(text, separator, _TITLE_ROWS) for separator in _SEPARATORS]
    named = [len(_headers(rows, kind, letters=False)[1].columns) for rows in candidates]
    return _parted(text, _SEPARATORS[named.index(max(named))], None)


def _decoded(path: Path) -> str:
    """UTF-8, UTF-16 with a mark, or what Excel writes on Windows."""
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _parted(text: str, separator: str, most: int | None) -> list[Row]:
    """Rows, each with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, first = [], 1
    try:
        for cells in islice(reader, most):
            rows.append(Row(first, tuple(map(Cell, cells))))
            first = reader.line_num + 1
    except csv.Error as error:
        raise ListError(
            f"Line {reader.line_num}: {error}. Save the list anew, as .xlsx or as CSV."
        ) from error
    return rows
