"""National ids in, hashes out: only with a key that cannot be guessed, and without ids in any message."""

import hashlib
import hmac
from pathlib import Path

import pytest

from tests.sambung.cli.conftest import Command, unwrapped

KEY = "0123456789abcdef0123456789abcdef"
NIK = "3404071509900001"
FULL_WIDTH = NIK.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
"""Digits, but not those of a national id."""


def hashed(national_id: str, key: str = KEY) -> str:
    return hmac.new(key.encode(), national_id.encode(), hashlib.sha256).hexdigest()


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch, sambung: Command) -> None:
    del sambung  # it clears the settings first
    monkeypatch.setenv("SAMBUNG_PERSON_KEY", KEY)


@pytest.mark.usefixtures("key")
def test_each_line_becomes_its_keyed_hash(sambung: Command) -> None:
    result = sambung("person", stdin=f"{NIK}\n\n  3404071509900002\r\n")
    assert result.stdout.splitlines() == [hashed(NIK), hashed("3404071509900002")]
    assert (result.exit_code, result.stderr) == (0, "")


def test_the_key_may_come_from_a_file(
    sambung: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    monkeypatch.setenv("SAMBUNG_PERSON_KEY_FILE", str(tmp_path / "key"))
    assert sambung("person", stdin=NIK).stdout == hashed(NIK) + "\n"


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("line", ["340407150990000", NIK + "1", "NIK", FULL_WIDTH, "\ufffd"])
def test_a_line_that_is_no_national_id_is_told_by_its_number_alone(line: str, sambung: Command) -> None:
    result = sambung("person", stdin=f"{NIK}\n{line}\n{NIK}\n")
    assert result.exit_code == 2
    assert result.stdout == hashed(NIK) + "\n"
    assert result.stderr == "Line 2: a national id has exactly 16 digits; this line has not.\n"


@pytest.mark.usefixtures("key")
def test_bytes_that_are_no_text_are_no_national_id(sambung: Command) -> None:
    result = sambung("person", stdin=b"\xff\xfe\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Line 1: ")


def test_without_a_key_nothing_is_hashed(sambung: Command) -> None:
    result = sambung("person", stdin=NIK)
    assert (result.exit_code, result.stdout) == (2, "")
    assert unwrapped(result.stderr) == (
        "The key of the person hashes is missing or shorter than 32 bytes. Set SAMBUNG_PERSON_KEY or "
        "SAMBUNG_PERSON_KEY_FILE; make one with: openssl rand -hex 32"
    )


def test_a_short_key_is_refused(sambung: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMBUNG_PERSON_KEY", "secret")
    assert sambung("person", stdin=NIK).exit_code == 2


def test_a_key_file_that_is_not_there_is_named(sambung: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMBUNG_PERSON_KEY_FILE", "no-such-key")
    result = sambung("person", stdin=NIK)
    assert result.exit_code == 2
    assert result.stderr == "The key file no-such-key cannot be read: no such file or directory.\n"
