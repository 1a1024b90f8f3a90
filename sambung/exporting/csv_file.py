r"""CSV: UTF-8, commas, lines that end with \n, texts in double quotes; a null is nothing, not even quotes.

Spreadsheets take a text such as `=1+1` for a formula, also where they part cells at a `;` or a TAB in it. So
an apostrophe stands before each `'`, `=`, `+`, `-`, `@`, TAB, CR and LF at a place where a cell could begin:
the beginning of a text, and after `,`, `;`, `|`, `"`, TAB, CR and LF. Spaces are looked through. `original`
takes them away. Numbers have none: they are no texts.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from reports.exports import Column, Kind, Row

_BEGINS: Final = r'(?:^|(?<=[,;|"\t\r\n]))'
_DANGER: Final = re.compile(rf"{_BEGINS}(?='|[^\S\t\r\n]*[=+\-@\t\r\n＝＋－＠])")  # noqa: RUF001  as some take them
_PLAIN: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._: -]*").fullmatch
_GUARD: Final = re.compile(f"{_BEGINS}'")


def write(file: Path, columns: Sequence[Column], chunks: Iterable[Sequence[Row]]) -> None:
    formats = [_FORMATS[column.kind] for column in columns]
    with file.open("w", encoding="utf-8", newline="") as opened:
        opened.write(",".join(column.name for column in columns) + "\n")
        for rows in chunks:
            columned = zip(formats, zip(*rows, strict=True), strict=True)
            cells = [list(map(as_cell, values)) for as_cell, values in columned]
            opened.writelines(f"{','.join(row)}\n" for row in zip(*cells, strict=True))


def guarded(text: str) -> str:
    """A text of which no part is a formula.

    >>> guarded("=1+1"), guarded("a;-1"), guarded("'quoted'"), guarded("a-b")
    ("'=1+1", "a;'-1", "''quoted'", 'a-b')
    """
    return _DANGER.sub("'", text)


def original(text: str) -> str:
    """The text that was guarded.

    >>> original("'=1+1"), original("a;'-1"), original("''quoted'"), original("a-b")
    ('=1+1', 'a;-1', "'quoted'", 'a-b')
    """
    return _GUARD.sub("", text)


def _text(value: str | None) -> str:
    if value is None:
        return ""
    if _PLAIN(value):
        return f'"{value}"'
    return f'"{guarded(value).replace(chr(34), chr(34) * 2)}"'


def _plain(value: str | int | None) -> str:
    return "" if value is None else str(value)


def _flag(value: bool | None) -> str:  # noqa: FBT001  a value of a row
    return "" if value is None else "true" if value else "false"


def _rounded(value: int | str) -> str:
    return _text(value) if isinstance(value, str) else str(value)


_FORMATS: Final[dict[Kind, Callable[[Any], str]]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _plain,
    Kind.INSTANT: _plain,
    Kind.FLAG: _flag,
    Kind.ROUNDED: _rounded,
}
