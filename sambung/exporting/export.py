"""Exports tables of a store, all of one moment, into a folder that is whole or not there."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from sqlalchemy import Connection, func, select

from reports import crosstables, exports
from reports.disclosure import worked_out
from reports.exports import Audience, Column, Kind, Row
from reports.moments import Moment, moment_of
from reports.provenance import committed_us, provenance
from sambung.exporting import manifest as manifests
from sambung.exporting.manifest import Exported, Manifest
from sambung.exporting.whole_folder import whole_folder
from sambung.stores.reading_store import read
from sambung.terminal.exits import Exit, Failed

CHUNK_ROWS: Final = 32_768
CHUNK_ROWS_WITH_TEXT: Final = 1_024
"""Of tables whose rows can have hundreds of kilobytes."""
_WITH_TEXT: Final = {"event", "event_past"}

Progress = Callable[[str, int], None]
"""Called with a table and how many of its rows are written so far."""


class Format(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Asked:
    names: tuple[str, ...]
    """Of tables and views, or of cross-tables."""
    folder: Path
    format: Format = Format.CSV
    audience: Audience = Audience.READER
    since: int | None = None
    """Only rows of later batches."""
    as_of_us: int | None = None
    min_cell: int | None = None
    """What the numbers of cross-tables are multiples of; None for tables."""


class Sheet(NamedTuple):
    """Rows to be written to one file."""

    name: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    chunks: Callable[[], Iterable[Sequence[Row]]]
    extent: Callable[[], tuple[int, int]]
    """Number of rows and of characters in the longest text."""


class _Write(Protocol):
    def __call__(self, file: Path, columns: Sequence[Column], chunks: Iterable[Sequence[Row]]) -> None: ...


def export(database: str, asked: Asked, progress: Progress = lambda _, __: None) -> Manifest:
    """Raises Failed, NotExported, NoSuchMoment, StoreError and OSError; then there is no folder."""
    write = _writer(asked.format)
    return read(database, lambda connection: _export(connection, asked, write, progress))


def _writer(wanted: Format) -> _Write:
    try:
        match wanted:
            case Format.CSV:
                from sambung.exporting.csv_file import write  # noqa: PLC0415  for this format only
            case Format.PARQUET:
                from sambung.exporting.parquet_file import write  # noqa: PLC0415
            case Format.XLSX:
                from sambung.exporting.xlsx_file import write  # noqa: PLC0415
    except ModuleNotFoundError as problem:
        raise Failed(
            Exit.WRONG_USE,
            f"Files of {wanted} need a library that is not installed: pip install 'sambung[reports]'",
        ) from problem
    return write


def _export(connection: Connection, asked: Asked, write: _Write, progress: Progress) -> Manifest:
    moment = moment_of(connection, asked.as_of_us)
    since_us = _since(connection, asked.since)
    if asked.min_cell is None:
        sheets = _tables(connection, asked, moment)
    else:
        sheets = _cross_tables(connection, asked.names, asked.min_cell, moment)
    if asked.format is Format.XLSX:
        _check_sheets(sheets)
    tables = asked.min_cell is None
    with whole_folder(asked.folder, private=tables) as folder:
        files = tuple(_written(folder / f"{one.name}.{asked.format}", one, write, progress) for one in sheets)
        manifest = Manifest(
            provenance(connection, moment),
            asked.since,
            since_us,
            asked.audience if tables else None,
            asked.min_cell,
            asked.format,
            files,
        )
        manifests.write(folder, manifest)
    return manifest


def _since(connection: Connection, batch: int | None) -> int | None:
    """When it was written; None for batch -1, after which are all rows."""
    if batch is None or batch == -1:
        return None
    found = committed_us(connection, batch)
    if found is None:
        raise Failed(
            Exit.WRONG_USE,
            f"The store has no batch {batch}: it is not the one that was exported, or was restored from an "
            "older copy. Export the tables whole.",
        )
    return found


def _tables(connection: Connection, asked: Asked, moment: Moment) -> list[Sheet]:
    names = dict.fromkeys(asked.names)
    if asked.since is not None:
        names[exports.REMOVED] = None
    exports.check(names, asked.audience, asked.since, moment)
    sources = [exports.source(connection, one, asked.audience, asked.since, moment) for one in names]
    return [_sheet(connection, one) for one in sources]


def _sheet(connection: Connection, source: exports.Source) -> Sheet:
    size = CHUNK_ROWS_WITH_TEXT if source.table in _WITH_TEXT else CHUNK_ROWS

    def chunks() -> Iterator[Sequence[Row]]:
        streamed = connection.execution_options(stream_results=True, yield_per=size)
        with streamed.execute(source.query) as result:
            yield from result.partitions()

    def extent() -> tuple[int, int]:
        rows = source.query.order_by(None).subquery()
        texts = [rows.c[one.name] for one in source.columns if one.kind is Kind.TEXT]
        count, *lengths = connection.execute(
            select(func.count(), *(func.max(func.length(one)) for one in texts)).select_from(rows)
        ).one()
        return count, max((one for one in lengths if one is not None), default=0)

    return Sheet(source.table, source.columns, source.order, chunks, extent)


def _cross_tables(
    connection: Connection, names: tuple[str, ...], min_cell: int, moment: Moment
) -> list[Sheet]:
    found = crosstables.counted(connection, moment)
    told = worked_out(found, min_cell)
    if told is not None:
        raise Failed(
            Exit.CHECK_FAILED,
            f"The number of {told[0]} for {', '.join(told[1:])} would not be told, and could be worked out "
            "from the others. Nothing was written; take a greater --min-cell.",
        )
    numbers = crosstables.exact(found)
    sheets = []
    for name in dict.fromkeys(names):
        rows = crosstables.rows_of(name, numbers, min_cell)
        columns = crosstables.columns_of(name)
        sheets.append(Sheet(name, columns, crosstables.CROSS_TABLES[name].columns, *_of_rows(rows)))
    return sheets


def _of_rows(rows: Sequence[Row]) -> tuple[Callable[[], list[Sequence[Row]]], Callable[[], tuple[int, int]]]:
    return (lambda: [rows] if rows else []), (lambda: (len(rows), 0))


def _check_sheets(sheets: Iterable[Sheet]) -> None:
    from sambung.exporting import xlsx_file  # noqa: PLC0415  for this format only

    for one in sheets:
        xlsx_file.check(one.name, len(one.columns), *one.extent())


def _written(file: Path, sheet: Sheet, write: _Write, progress: Progress) -> Exported:
    rows = 0

    def counted() -> Generator[Sequence[Row], None, None]:
        nonlocal rows
        progress(sheet.name, 0)
        for chunk in sheet.chunks():
            yield chunk
            rows += len(chunk)
            progress(sheet.name, rows)

    with closing(counted()) as chunks:  # after an error too the query ends before its connection
        write(file, sheet.columns, chunks)
    return manifests.exported(file, sheet.name, rows, sheet.order, sheet.columns)
