"""Parquet: instants as UTC timestamps in microseconds, integers of 64 bits; the same rows, the same bytes."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet

from reports.exports import Column, Kind, Row

_TYPES: Final = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
    Kind.FLAG: pa.bool_(),
    Kind.ROUNDED: pa.string(),
}


def write(file: Path, columns: Sequence[Column], chunks: Iterable[Sequence[Row]]) -> None:
    """Each chunk is a row group."""
    schema = pa.schema([pa.field(one.name, _TYPES[one.kind], one.nullable) for one in columns])
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for rows in chunks:
            columned = zip(zip(*rows, strict=True), columns, strict=True)
            arrays = [_array(values, one.kind) for values, one in columned]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=len(rows))


def _array(values: Sequence[Any], kind: Kind) -> Any:
    if kind is Kind.INSTANT:
        return pa.array(values, pa.string()).cast(_TYPES[kind])
    if kind is Kind.ROUNDED:
        return pa.array(list(map(str, values)), pa.string())
    return pa.array(values, _TYPES[kind])
