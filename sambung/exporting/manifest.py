"""What an export is of and which files it has: `manifest.json`, written after them."""

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec

from reports.as_json import plain
from reports.exports import Audience, Column
from reports.provenance import Provenance
from sinks.whole_file import sync

NAME: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class Exported:
    """A file."""

    file: str
    table: str
    rows: int
    bytes: int
    sha256: str
    order: tuple[str, ...]
    """Columns by which its rows are sorted, texts by their code points."""
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """No clock: of the same rows it is the same."""

    store: Provenance
    since_batch: int | None
    """The rows are those of later batches; None for all rows."""
    since_committed_us: int | None
    """When that batch was written."""
    audience: Audience | None
    """None for cross-tables, which are for all."""
    min_cell: int | None
    """Of cross-tables: what numbers are multiples of."""
    format: str
    files: tuple[Exported, ...]
    sambung: str = version("sambung")


def exported(
    file: Path, table: str, rows: int, order: tuple[str, ...], columns: tuple[Column, ...]
) -> Exported:
    """Of a file that is whole; it is on the disk afterwards."""
    sync(file)
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return Exported(file.name, table, rows, file.stat().st_size, digest, order, columns)


def write(folder: Path, manifest: Manifest) -> None:
    text = msgspec.json.format(msgspec.json.encode(plain(manifest)), indent=2)
    (folder / NAME).write_bytes(text + b"\n")
