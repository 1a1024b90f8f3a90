"""Lists as people write them: in memory, as CSV and as XLSX."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from models.events import EventType
from models.places import Places
from sambung.client import PersonKey
from sambung.lists.across_rows import Event, Listed
from sambung.lists.events import ListReader
from sambung.lists.files import read_table

HEADERS = ["Nomor Peserta", "Jenis", "NIK", "Kecamatan", "Tanggal", "Program"]
NIK = "3404071503850001"
KEY = PersonKey(b"an example of thirty-two bytes..")

Cells = Sequence[Any]


def row(number: int, **cells: Any) -> list[Any]:
    """One worker; cells by the name of their column."""
    found = {
        "Nomor Peserta": f"w-{number}",
        "Jenis": "Pekerja",
        "NIK": f"{int(NIK) + number}",
        "Kecamatan": "Kec. Depok",
        "Tanggal": "31/12/2017",
        "Program": "JKK, JKM",
    } | {name.replace("_", " "): cell for name, cell in cells.items()}
    return [found[name] for name in HEADERS]


def csv(path: Path, rows: Sequence[Cells], separator: str = ",", encoding: str = "utf-8") -> Path:
    lines = [
        separator.join(f'"{one}"' if separator in str(one) else str(one) for one in cells) for cells in rows
    ]
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


def xlsx(path: Path, rows: Sequence[Cells]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in rows:
        sheet.append(list(cells))
    book.save(path)
    return path


@dataclass(frozen=True)
class Found:
    """What one list has."""

    listed: Listed

    @property
    def events(self) -> dict[int, Event]:
        """By row."""
        return {place.row: event for place, event in self.listed.events.items()}

    @property
    def problems(self) -> list[tuple[int, str]]:
        return [(place.row, sentence) for place, sentence in self.listed.problems]


def read(path: Path, kind: EventType = "enrollment", key: PersonKey | None = None) -> Found:
    return Found(read_all([path], kind, key))


def read_all(paths: Sequence[Path], kind: EventType = "enrollment", key: PersonKey | None = None) -> Listed:
    tables = {path.name: read_table(path, kind) for path in paths}
    return ListReader(kind, "sleman-office", Places.load(), key).read(tables)
