"""Whole lists: files, headers, rows."""

import uuid
from pathlib import Path

import pytest

from models.events import EVENTS, EventType
from sambung.lists.columns import fields, near, read_headers, required, template
from sambung.lists.events import NAMESPACE
from sambung.lists.files import ListError, read_table
from tests.sambung.lists.sheets import HEADERS, KEY, NIK, csv, read, read_all, row, xlsx

KINDS: tuple[EventType, ...] = ("enrollment", "outreach-event", "inspection")


def test_a_row_becomes_an_event(tmp_path: Path) -> None:
    listed = read(csv(tmp_path / "list.csv", [HEADERS, row(0)]))
    assert listed.problems == []
    assert listed.events == {
        2: {
            "type": "enrollment",
            "event_id": str(uuid.uuid5(NAMESPACE, "sleman-office\nenrollment\nw-0")),
            "source": "sleman-office",
            "member_id": "w-0",
            "kind": "worker",
            "nik": NIK,
            "place": "34.04.07",
            "occurred_at": "2017-12-30T17:00:00.000000Z",
            "recorded_at": "2017-12-30T17:00:00.000000Z",
            "programs": ["JKK", "JKM"],
        }
    }


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_csv_that_spreadsheets_write(tmp_path: Path, separator: str, encoding: str) -> None:
    rows = [["Daftar peserta \u00e9"], [], HEADERS, row(1), row(2)]
    listed = read(csv(tmp_path / "list.csv", rows, separator, encoding))
    assert (list(listed.events), listed.problems) == ([4, 5], [])


def test_a_spreadsheet_says_the_same_as_its_csv(tmp_path: Path) -> None:
    rows = [HEADERS, row(1), row(2)]
    found = read(xlsx(tmp_path / "list.xlsx", rows))
    assert (found.events, found.problems) == (read(csv(tmp_path / "list.csv", rows)).events, [])


def test_bad_rows_are_told_with_their_columns_and_the_others_are_read(tmp_path: Path) -> None:
    rows = [
        HEADERS,
        row(1),
        row(2, NIK=3404071503850001),
        row(3, Kecamatan=34.04, Tanggal=43_100),
        row(4, Nomor_Peserta=NIK),
        row(5, Nomor_Peserta=""),
        row(6, Jenis="kapal"),
        row(7, Jenis="Perusahaan"),
        row(8, Kecamatan="34.99.99"),
        row(9),
    ]
    listed = read(xlsx(tmp_path / "list.xlsx", rows))
    assert list(listed.events) == [2, 10]
    told = [(number, sentence.partition(")")[0] + ")") for number, sentence in listed.problems]
    assert told == [
        (3, "column C (NIK)"),
        (4, "column D (Kecamatan)"),
        (4, "column E (Tanggal)"),
        (5, "column A (Nomor Peserta)"),
        (6, "column A (Nomor Peserta)"),
        (7, "column B (Jenis)"),
        (8, "column C (NIK)"),
        (9, "column D (Kecamatan)"),
    ]
    assert NIK not in str(listed.problems)


def test_rows_of_one_number_in_two_files_are_told_as_well(tmp_path: Path) -> None:
    first = csv(tmp_path / "a.csv", [HEADERS, row(1), row(2)])
    second = csv(tmp_path / "b.csv", [HEADERS, row(2, Tanggal="30/12/2017"), row(1)])
    listed = read_all([first, second])
    assert list(listed.events) == [("a.csv", 2)]
    assert [place for place, _ in listed.problems] == [("a.csv", 3), ("b.csv", 2)]
    assert "has the number of row 2 of b.csv, but other content" in listed.problems[0].sentence


def test_ids_that_a_spreadsheet_rounded_before_it_wrote_csv_are_told(tmp_path: Path) -> None:
    """LibreOffice writes 3404071503850000 where 3404071503850001 was typed as a number."""
    rounded = [row(number, NIK=NIK[:-2] + f"{number}0") for number in range(1, 5)]
    listed = read(csv(tmp_path / "list.csv", [HEADERS, *rounded, row(5, NIK=""), row(6, NIK=NIK[:-1] + "0")]))
    assert list(listed.events) == [6]
    assert [number for number, _ in listed.problems] == [2, 3, 4, 5, 7]
    assert "rounded it to 15 digits" in listed.problems[0][1]
    listed = read(csv(tmp_path / "list.csv", [HEADERS, *rounded, row(6)]))
    assert listed.problems == []


def test_a_company_is_its_own_employer(tmp_path: Path) -> None:
    listed = read(csv(tmp_path / "list.csv", [HEADERS, row(1, Jenis="Badan Usaha", NIK="-")]))
    assert listed.problems == []
    assert listed.events[2]["company_id"] == "w-1"


def test_an_app_with_the_key_hashes_at_once(tmp_path: Path) -> None:
    listed = read(csv(tmp_path / "list.csv", [HEADERS, row(0)]), key=KEY)
    assert listed.events[2]["person"] == KEY.person(NIK)
    assert NIK not in str(listed)


def test_rows_of_one_number_that_differ_are_both_told(tmp_path: Path) -> None:
    rows = [HEADERS, row(1), row(2), row(1, Tanggal="30/12/2017"), row(2)]
    listed = read(csv(tmp_path / "list.csv", rows))
    assert list(listed.events) == [3]
    assert [number for number, _ in listed.problems] == [2, 4]
    assert "has the number of row 4, but other content" in listed.problems[0][1]


def test_outreach_events_and_inspections_are_numbered(tmp_path: Path) -> None:
    headers = [
        "Nomor",
        "Kampanye",
        "Kanal",
        "Tempat",
        "Tanggal",
        "Jam",
        "Jumlah hadir",
        "NIK peserta",
        "Biaya",
    ]
    show = [
        "k-1",
        "wayang-1",
        "Wayang Kulit",
        "34.04",
        "1/9/2017",
        "19.30",
        "1.500",
        f"{NIK}; {NIK[::-1]}",
        "Rp 2.500.000",
    ]
    (event,) = read(csv(tmp_path / "a.csv", [headers, show], ";"), "outreach-event").events.values()
    assert event["attendee_niks"] == [NIK, NIK[::-1]]
    assert (event["headcount"], event["cost_idr"], event["occurred_at"]) == (
        1_500,
        2_500_000,
        "2017-09-01T12:30:00.000000Z",
    )
    headers = ["number", "campaign", "company_id", "team", "place", "stage", "outcome", "date"]
    visit = ["i-1", "inspections", "c-17", "Tim 1", "Depok", "SP1", "berjanji", "3/9/2017"]
    (event,) = read(csv(tmp_path / "b.csv", [headers, visit]), "inspection").events.values()
    assert (event["stage"], event["outcome"], event["team"]) == ("sp1", "promised", "Tim 1")
    listed = read(csv(tmp_path / "c.csv", [headers, ["", *visit[1:]]]), "inspection")
    assert [sentence for _, sentence in listed.problems] == ["column 1 (number) is blank."]


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_names_what_is_needed(kind: EventType) -> None:
    headers = read_headers(kind, template(kind), template(kind))
    assert (headers.unknown, headers.twice) == ((), ())
    assert required(kind) <= {column.field for column in headers.columns}


@pytest.mark.parametrize("kind", KINDS)
def test_no_name_stands_for_two_columns(kind: EventType) -> None:
    names = [name.casefold() for field, all_ in fields(kind).items() for name in {*all_, field}]
    assert len(names) == len(set(names))
    assert {name.alias or key for key, name in EVENTS[kind].model_fields.items()} - {
        "type", "event_id", "revision", "source",
    } <= fields(kind).keys()  # fmt: skip


def test_headers_in_any_spelling() -> None:
    cells = ["NO. PESERTA", " kecamatan ", "Occurred_At (dd/mm/yyyy)", "Nama", "", None, "N.I.K."]
    headers = read_headers("enrollment", cells, "ABCDEFG")
    assert [column.field for column in headers.columns] == ["member_id", "place", "occurred_at", "nik"]
    assert headers.unknown == ("D (Nama)",)
    assert near("enrollment", "D (Kecamatn)") == "kecamatan"
    assert near("enrollment", "D (Nama)") == ""
    assert read_headers("enrollment", ["NIK", "No KTP"], "AB").twice == (
        "columns A (NIK) and B (No KTP) both say `nik`; leave one of them",
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "has no line of headers"),
        (b"a,b\n1,2\n", "sambung publish --template enrollment"),
        (b"PK\x03\x04 cut off", "no whole .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old format"),
    ],
)
def test_a_file_that_is_no_list_is_told(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "list").write_bytes(content)
    with pytest.raises(ListError, match=problem):
        read_table(tmp_path / "list", "enrollment")
