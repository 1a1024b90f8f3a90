"""Every command reports errors in the settings' file."""

from pathlib import Path

import pytest

from tests.sambung.cli.conftest import Command, unwrapped


def test_one_that_is_not_there_is_told_by_the_command(
    sambung: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMBUNG_SETTINGS", "no.toml")
    result = sambung("person")
    assert result.exit_code == 2
    assert unwrapped(result.stderr) == "SAMBUNG_SETTINGS: no.toml cannot be read: no such file or directory."


def test_a_wrong_value_is_told_with_the_file_and_no_value(
    sambung: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text("partitions = 0\nsasl_password = 5\n")
    monkeypatch.setenv("SAMBUNG_SETTINGS", "settings.toml")
    monkeypatch.setenv("SAMBUNG_INTERNAL_RETENTION_DAYS", "7")
    message = unwrapped(sambung("person").stderr)
    assert "A setting in settings.toml is wrong. partitions: Input should be greater" in message
    assert (
        "A setting in the environment is wrong. SAMBUNG_INTERNAL_RETENTION_DAYS: 7 days may be over before a "
        "stopped worker has read on. Keep 30 days or more, or 0 for ever." in message
    )
