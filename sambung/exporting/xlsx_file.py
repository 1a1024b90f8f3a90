"""XLSX: one sheet with the table's name. Texts are texts, whatever they begin with; nulls are empty cells.

A spreadsheet keeps 15 digits of a number; an integer of more is written as text.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from reports.exports import Column, Kind, Row
from sambung.terminal.exits import Exit, Failed

MOST_ROWS: Final = 1_048_576
"""The line of headers is one."""
MOST_COLUMNS: Final = 16_384
LONGEST_TEXT: Final = 32_767
"""UTF-16 units in a cell."""

_EXACT: Final = 10**15
_NO_CLOCK: Final = datetime(1980, 1, 1, tzinfo=UTC)
_LIKE_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
_Write = Callable[[int, int, Any], None]


def check(name: str, columns: int, rows: int, longest: int) -> None:
    """Raises Failed for a table that a sheet does not take; before anything is written."""
    for what, there, most in (
        ("rows", rows, MOST_ROWS - 1),
        ("columns", columns, MOST_COLUMNS),
        ("characters in a text", longest, LONGEST_TEXT),
    ):
        if there > most:
            raise Failed(
                Exit.WRONG_USE,
                f"{name} has {there:,} {what}, and a sheet of XLSX takes {most:,}. Export it as parquet or "
                "csv, or less of it with --since-batch.",
            )


def write(file: Path, columns: Sequence[Column], chunks: Iterable[Sequence[Row]]) -> None:
    """Row by row: a sheet is never in memory."""
    try:
        with xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": str(file.parent)}) as book:
            book.set_properties({"created": _NO_CLOCK})
            _write_rows(book, book.add_worksheet(file.stem), columns, chunks)
    except FileCreateError as problem:
        raise OSError(f"{file.name}: {problem}") from None


def _write_rows(book: Any, sheet: Any, columns: Sequence[Column], chunks: Iterable[Sequence[Row]]) -> None:
    sheet.freeze_panes(1, 0)
    writers = [_writer(book, sheet, one.kind) for one in columns]
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column.name)
    for line, row in enumerate((row for rows in chunks for row in rows), 1):
        for at, value in enumerate(row):
            if value is not None:
                writers[at](line, at, value)


def _writer(book: Any, sheet: Any, kind: Kind) -> _Write:
    text, digits = sheet.write_string, book.add_format({"num_format": "0"})
    quoted = book.add_format({"quote_prefix": True})  # the cell stays a text when somebody edits it

    def of_text(line: int, at: int, value: str) -> None:
        if len(value) > LONGEST_TEXT // 2:
            check(sheet.name, at, line, len(value.encode("utf-16-le")) // 2)
        text(line, at, value, quoted if value.startswith(_LIKE_FORMULAS) else None)

    def of_number(line: int, at: int, value: int | str) -> None:
        if isinstance(value, int) and abs(value) < _EXACT:
            sheet.write_number(line, at, value, digits)
        else:
            text(line, at, str(value))

    writers: dict[Kind, _Write] = {
        Kind.TEXT: of_text,
        Kind.INSTANT: text,
        Kind.FLAG: sheet.write_boolean,
        Kind.INTEGER: of_number,
        Kind.ROUNDED: of_number,
    }
    return writers[kind]
