"""What a sheet does not take is told before anything is written, or before the folder has its name."""

from pathlib import Path

import pytest

from sambung.exporting import export as exporting
from sambung.exporting import xlsx_file
from sambung.exporting.export import Asked, Audience, Format, export
from sambung.exporting.xlsx_file import LONGEST_TEXT, MOST_COLUMNS, MOST_ROWS, check
from sambung.terminal.exits import Failed
from tests.builders import outreach
from tests.reports.filled import Filled


def test_the_limits_themselves_are_taken() -> None:
    check("member", MOST_COLUMNS, MOST_ROWS - 1, LONGEST_TEXT)


@pytest.mark.parametrize(
    ("columns", "rows", "longest", "told"),
    [
        (1, 1_048_576, 0, "member has 1,048,576 rows, and a sheet of XLSX takes 1,048,575."),
        (16_385, 1, 0, "member has 16,385 columns, and a sheet of XLSX takes 16,384."),
        (1, 1, 32_768, "member has 32,768 characters in a text, and a sheet of XLSX takes 32,767."),
    ],
)
def test_one_more_is_refused(columns: int, rows: int, longest: int, told: str) -> None:
    with pytest.raises(Failed, match=told):
        check("member", columns, rows, longest)


@pytest.mark.parametrize("file_format", Format)
def test_a_long_event_fits_every_format_but_xlsx(
    store: Filled, out: Path, file_format: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "whole_folder", exporting.whole_folder if file_format != "xlsx" else None)
    store.accept(outreach(name="long", attendees=[f"w{at}" for at in range(600)]))
    asked = Asked(("event",), out, file_format, Audience.ANALYST)
    if file_format == "xlsx":
        with pytest.raises(Failed, match=r"event has 40,[0-9]{3} characters in a text"):
            export(store.url, asked)
        assert not out.parent.exists()
    else:
        export(store.url, asked)


def test_too_many_rows_are_counted_first(store: Filled, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 2)
    with pytest.raises(Failed, match="member has 2 rows, and a sheet of XLSX takes 1"):
        export(store.url, Asked(("member",), out, Format.XLSX))
    assert not out.parent.exists()
