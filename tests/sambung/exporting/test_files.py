"""Files hold exactly the store's rows, whoever reads them: DuckDB, Polars, openpyxl."""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pytest

from models.tables.columns import wire_text
from reports.exports import Audience, exportable
from sambung.exporting.csv_file import original
from sambung.exporting.export import Asked, Format, export
from tests.reports.filled import Filled
from tests.sambung.exporting.stores import HOSTILE
from tests.stores import Rows, run

TABLES = exportable(Audience.ANALYST)
INSTANTS = {"occurred_at", "recorded_at", "decided_at", "touched_at", "committed_at", "started_at"} | {
    "settled_at", "loaded_at", "made_at", "first_at", "last_at",
}  # fmt: skip
FLAGS = {"settle"}


def exported(store: Filled, out: Path, file_format: Format) -> dict[str, Any]:
    export(store.url, Asked(TABLES, out, file_format, Audience.ANALYST))
    found: dict[str, Any] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return found


def expected(store: Filled, entry: dict[str, Any]) -> Rows:
    """Rows of the store by plain SQL, instants as canonical text, in the order that the manifest names."""
    names = [column["name"] for column in entry["columns"]]
    quoted = ", ".join(f'"{name}"' for name in names)
    found = [
        tuple(_cell(name, cell) for name, cell in zip(names, row, strict=True))
        for row in run(store.url, f"SELECT {quoted} FROM {entry['table']}")
    ]
    order = [names.index(name) for name in entry["order"]]
    return sorted(found, key=lambda row: [(row[at] is not None, row[at]) for at in order])


def _cell(name: str, cell: Any) -> Any:
    if cell is None:
        return None
    if name in INSTANTS:
        return wire_text(cell)
    return bool(cell) if name in FLAGS else cell


@pytest.mark.parametrize("file_format", Format)
def test_the_manifest_names_every_file_and_its_content(store: Filled, out: Path, file_format: Format) -> None:
    manifest = exported(store, out, file_format)
    files = {entry["file"]: entry for entry in manifest["files"]}
    assert {path.name for path in out.iterdir()} == {*files, "manifest.json"}
    assert {entry["table"] for entry in files.values()} == set(TABLES)
    for name, entry in files.items():
        content = (out / name).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert entry["rows"] == len(expected(store, entry))
    assert manifest["store"]["batch"] == run(store.url, "SELECT max(batch) FROM batch")[0][0]
    assert manifest["store"]["rules"] == ["2017.1"]
    assert manifest["store"]["settled"] is True


def test_duckdb_and_polars_read_parquet(store: Filled, out: Path) -> None:
    for entry in exported(store, out, Format.PARQUET)["files"]:
        wanted, file = expected(store, entry), out / entry["file"]
        frame = pl.read_parquet(file)
        assert [_wire(row) for row in frame.rows()] == wanted, entry["table"]
        with duckdb.connect() as reader:
            reader.execute("SET timezone = 'UTC'")
            found = reader.execute("SELECT * FROM read_parquet(?)", [str(file)]).fetchall()
        assert [_wire(row) for row in found] == wanted, entry["table"]
        for column in entry["columns"]:
            if column["kind"] == "instant":
                assert frame.schema[column["name"]] == pl.Datetime("us", "UTC")
            if column["kind"] == "integer":
                assert frame.schema[column["name"]] == pl.Int64


def _wire(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(wire_text(cell) if hasattr(cell, "isoformat") else cell for cell in row)


def test_duckdb_reads_csv_with_nulls_and_empty_texts_apart(store: Filled, out: Path) -> None:
    types = {"text": "VARCHAR", "integer": "BIGINT", "instant": "VARCHAR", "flag": "BOOLEAN"}
    for entry in exported(store, out, Format.CSV)["files"]:
        columns = {column["name"]: types[column["kind"]] for column in entry["columns"]}
        with duckdb.connect() as reader:
            found = reader.execute(
                "SELECT * FROM read_csv(?, header = true, columns = ?, allow_quoted_nulls = false, "
                "delim = ',', quote = '\"', escape = '\"', strict_mode = true)",
                [str(out / entry["file"]), columns],
            ).fetchall()
        texts = [column["kind"] == "text" for column in entry["columns"]]
        undone = [
            tuple(original(cell) if text and cell else cell for text, cell in zip(texts, row, strict=True))
            for row in found
        ]
        assert undone == expected(store, entry), entry["table"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_cell_of_a_csv_is_a_formula_wherever_a_spreadsheet_parts_it(
    store: Filled, out: Path, separator: str
) -> None:
    exported(store, out, Format.CSV)
    for file in out.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as opened:
            cells = [cell for row in csv.reader(opened, delimiter=separator) for cell in row]
        starts = {cell.strip()[:1] for cell in cells}
        assert starts.isdisjoint("=+@＝＋－＠"), (file.name, starts)  # noqa: RUF001  as in HOSTILE
        assert not [cell for cell in cells if cell.strip().startswith("-") and not cell.strip()[1:].isdigit()]


def test_openpyxl_reads_xlsx_without_a_formula_and_without_a_rounded_number(store: Filled, out: Path) -> None:
    for entry in exported(store, out, Format.XLSX)["files"]:
        sheet = openpyxl.load_workbook(out / entry["file"]).active
        assert sheet is not None
        cells = list(sheet.iter_rows())
        assert sheet.title == entry["table"]
        assert [cell.value for cell in cells[0]] == [column["name"] for column in entry["columns"]]
        assert all(cell.data_type != "f" for row in cells for cell in row)
        found = [tuple(_read(cell.value) for cell in row) for row in cells[1:]]
        assert found == [tuple(_digits(cell) for cell in row) for row in expected(store, entry)], entry[
            "table"
        ]


def _read(value: Any) -> Any:
    """Openpyxl leaves `_x005F_` where others read the underscore that keeps the next from being a code."""
    return value.replace("_x005F_", "_") if isinstance(value, str) else value


def _digits(cell: Any) -> Any:
    """As a sheet has it: 16 digits and more as text."""
    return str(cell) if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) >= 10**15 else cell


def test_numbers_beyond_what_a_sheet_keeps_are_in_the_store(store: Filled) -> None:
    """Else the test above shows nothing of them."""
    assert run(store.url, "SELECT max(version) FROM member")[0][0] > 2**53
    assert run(store.url, "SELECT max(cost_idr) FROM campaign")[0][0] > 10**15
    assert set(HOSTILE) <= {source for (source,) in run(store.url, "SELECT source FROM outreach_event")}


@pytest.mark.parametrize("file_format", Format)
def test_two_runs_give_the_same_bytes(store: Filled, out: Path, file_format: Format) -> None:
    exported(store, out, file_format)
    again = out.with_name("again")
    exported(store, again, file_format)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in again.iterdir()
    }
