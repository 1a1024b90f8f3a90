"""`sambung publish`: files and lists to a gateway of another make."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sambung.cli.conftest import Command, unwrapped
from tests.sambung.client.cases import enrollment
from tests.sambung.client.flaky_gateway import TOKEN, Gateway, in_turn, running
from tests.sambung.lists.sheets import HEADERS, NIK, csv, row, xlsx
from tests.warm import run as run_module


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running(Gateway()) as started:
        yield started


@pytest.fixture
def common(gateway: Gateway, tmp_path: Path) -> list[str]:
    (tmp_path / "app.key").write_text(TOKEN)
    options = ["--gateway", gateway.url, "--key-file", "app.key", "--patience", "0"]
    return [*options, "--outbox", str(tmp_path / "outbox.db")]


AS = ("--as", "enrollment", "--source", "sleman-office")


def lines(*events: object) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def test_files_are_sent_once(sambung: Command, gateway: Gateway, tmp_path: Path, common: list[str]) -> None:
    (tmp_path / "a.ndjson").write_bytes(lines(enrollment(1), enrollment(2)) + b"\n")
    (tmp_path / "b.ndjson.gz").write_bytes(gzip.compress(lines(enrollment(3))))
    arguments = ["publish", "a.ndjson", "b.ndjson.gz", *common]
    result = sambung(*arguments)
    assert (result.exit_code, result.stdout) == (0, "3 events accepted by the gateway.\n")
    assert "3 events not sent, as the gateway has them since an earlier run." in sambung(*arguments).stdout
    assert set(gateway.copies.values()) == {1}
    sambung(*arguments, "--again")
    assert (set(gateway.copies.values()), gateway.differing) == ({2}, 0)


def test_a_list_without_rows_is_told(sambung: Command, tmp_path: Path, common: list[str]) -> None:
    (tmp_path / "list.csv").write_text(sambung("publish", "--template", "enrollment").stdout)
    result = sambung("publish", "list.csv", *AS, *common)
    assert result.exit_code == 0
    assert "No event was found: the files are empty, or the list has headers" in unwrapped(result.stdout)


def test_standard_input_is_a_file_too(gateway: Gateway, tmp_path: Path, common: list[str]) -> None:
    given = lines(enrollment(1), enrollment(2, place="99.01.01"))
    done = run_module("sambung", "publish", "-", *common, cwd=tmp_path, input=given, timeout=60)
    assert done.returncode == 1
    assert b"-:2: unknown_place. No such place." in done.stderr
    assert len(gateway.events) == 1


def test_refused_lines_are_told_until_the_file_is_corrected(
    sambung: Command, gateway: Gateway, tmp_path: Path, common: list[str]
) -> None:
    file = tmp_path / "a.ndjson"
    file.write_bytes(lines(enrollment(1)) + b'{"type": \n' + lines(enrollment(3, place="99.01.01")))
    for _ in range(2):
        result = sambung("publish", file, *common)
        assert result.exit_code == 1
        assert f"{file}:2: not_json. Not JSON." in unwrapped(result.stderr)
        assert f"{file}:3: unknown_place. No such place." in unwrapped(result.stderr)
        assert "2 events refused" in result.stdout
    file.write_bytes(lines(enrollment(1), enrollment(3)))
    result = sambung("publish", file, *common)
    assert (result.exit_code, result.stderr.count("refused")) == (0, 0)
    assert len(gateway.events) == 2


def test_what_was_refused_can_be_given_up(
    sambung: Command, gateway: Gateway, tmp_path: Path, common: list[str]
) -> None:
    (tmp_path / "a.ndjson").write_bytes(lines(enrollment(1, place="99.01.01")))
    (tmp_path / "b.ndjson").write_bytes(lines(enrollment(2)))
    assert sambung("publish", "a.ndjson", *common).exit_code == 1
    assert sambung("publish", "b.ndjson", *common).exit_code == 1
    result = sambung("publish", "b.ndjson", "--drop-refused", *common)
    assert (result.exit_code, len(gateway.events)) == (0, 1)
    assert "1 event of earlier runs given up." in result.stdout


def test_a_gateway_that_is_away_is_told_and_the_next_run_goes_on(
    sambung: Command, gateway: Gateway, tmp_path: Path, common: list[str]
) -> None:
    (tmp_path / "a.ndjson").write_bytes(lines(*map(enrollment, range(900))))
    gateway.fault = in_turn("", "503")
    result = sambung("publish", "a.ndjson", *common)
    assert result.exit_code == 3
    assert "400 events not sent yet. It cannot take events now (status 503)" in unwrapped(result.stdout)
    result = sambung("publish", "a.ndjson", *common)
    assert (result.exit_code, set(gateway.copies.values())) == (0, {1})


def test_a_wrong_key_is_wrong_use(sambung: Command, tmp_path: Path, common: list[str]) -> None:
    (tmp_path / "app.key").write_text("sb_wrong")
    (tmp_path / "a.ndjson").write_bytes(lines(enrollment(1)))
    result = sambung("publish", "a.ndjson", *common)
    assert result.exit_code == 2
    assert "It does not know this key" in result.stdout
    assert "sb_wrong" not in result.output


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("publish",), "Name files, --gateway and --key-file"),
        (("publish", "no.ndjson"), "there is no file no.ndjson"),
        (("publish", "app.key", "--gateway", "http://g.example", "--key-file", "app.key"), "whole network"),
        (
            ("publish", "app.key", "--gateway", "https://g.example", "--key-file", "none"),
            "none: no such file",
        ),
        (
            (
                "publish",
                "app.key",
                "--gateway",
                "https://g.example",
                "--key-file",
                "app.key",
                "--as",
                "enrollment",
            ),
            "both --as",
        ),
    ],
)
@pytest.mark.usefixtures("common")
def test_wrong_use_is_a_sentence(sambung: Command, arguments: tuple[str, ...], problem: str) -> None:
    result = sambung(*arguments)
    assert result.exit_code == 2
    assert problem in unwrapped(result.stderr)


def test_the_template_is_a_list_without_rows(sambung: Command, common: list[str], tmp_path: Path) -> None:
    result = sambung("publish", "--template", "enrollment")
    assert result.stdout.startswith("nomor peserta,jenis,nik,")
    (tmp_path / "list.csv").write_text(result.stdout)
    assert sambung("publish", "list.csv", *AS, *common).exit_code == 0


def test_the_same_list_again_changes_nothing(
    sambung: Command, gateway: Gateway, tmp_path: Path, common: list[str]
) -> None:
    rows = [row(number) for number in range(30)]
    xlsx(tmp_path / "list.xlsx", [HEADERS, *rows])
    assert sambung("publish", "list.xlsx", *AS, *common).exit_code == 0
    sent = dict(gateway.events)
    assert len(sent) == 30
    for again in (rows, rows[::-1]):
        xlsx(tmp_path / "list.xlsx", [["a title"], HEADERS, *again])
        result = sambung("publish", "list.xlsx", *AS, *common)
        assert "30 events not sent, as the gateway has them" in result.stdout
    assert (gateway.events, set(gateway.copies.values())) == (sent, {1})

    rows[3] = row(3, Tanggal="30/12/2017")
    rows[4] = row(4, NIK=NIK[::-1])
    xlsx(tmp_path / "list.xlsx", [HEADERS, row(31), *rows])
    for _ in range(2):
        assert sambung("publish", "list.xlsx", *AS, *common).exit_code == 0
    new = gateway.events.keys() - sent.keys()
    assert sorted(revision for _, _, revision in new) == [0, 1, 1]
    assert (len(gateway.events), gateway.differing) == (33, 0)


def test_a_new_outbox_asks_which_revision_stands(
    sambung: Command, gateway: Gateway, tmp_path: Path, common: list[str]
) -> None:
    csv(tmp_path / "list.csv", [HEADERS, row(1)])
    sambung("publish", "list.csv", *AS, *common)
    csv(tmp_path / "list.csv", [HEADERS, row(1, Tanggal="30/12/2017"), row(2)])
    result = sambung("publish", "list.csv", *AS, *common[:-1], tmp_path / "another.db")
    assert result.exit_code == 0
    assert sorted(revision for _, _, revision in gateway.events) == [0, 0, 1]


def test_a_list_says_what_is_wrong_and_what_is_not_sent(
    sambung: Command, gateway: Gateway, tmp_path: Path, common: list[str]
) -> None:
    file = csv(
        tmp_path / "list.csv",
        [[*HEADERS, "Nama", "Kecamatn"], [*row(1), "Budi", "x"], row(2, NIK="12"), row(3)],
    )
    result = sambung("publish", file, *AS, *common)
    assert result.exit_code == 1
    assert f"{file}, row 3: column 3 (NIK) has 2 digits" in unwrapped(result.stderr)
    told = unwrapped(result.stdout)
    assert "not sent, as no field is called so: 7 (Nama), 8 (Kecamatn) (is it `kecamatan`?)." in told
    assert "Jakarta's (WIB, +07:00)" in told
    assert "2 events accepted" in told
    assert b"Budi" not in b"".join(gateway.events.values())


def test_national_ids_are_in_no_output_and_no_file(
    sambung: Command, gateway: Gateway, tmp_path: Path, common: list[str]
) -> None:
    file = csv(
        tmp_path / "list.csv", [HEADERS, row(0), row(1, Nomor_Peserta=NIK, Tanggal=NIK, Kecamatan=NIK)]
    )
    result = sambung("publish", file, *AS, *common)
    file.unlink()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert NIK not in result.output
    assert NIK.encode() not in kept
    assert NIK.encode() in b"".join(gateway.events.values())
