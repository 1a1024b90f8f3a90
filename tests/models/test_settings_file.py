"""The settings' file: the environment goes before it, a slip of the pen is refused, and its page is whole."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from models.settings import Settings
from models.settings_file import SettingsFileError, from_file
from tools.settings_docs import settings_file


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "settings.toml"
    monkeypatch.setenv("SAMBUNG_SETTINGS", str(path))
    return path


def test_what_it_says_counts_and_the_environment_goes_before_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('partitions = 12\nreplication = 3\nsasl_password = "secret"\n')
    monkeypatch.setenv("SAMBUNG_REPLICATION", "2")
    settings = Settings(patience_s=30)
    assert (settings.partitions, settings.replication, settings.patience_s) == (12, 2, 30)
    assert "secret" not in repr(settings)


def test_without_one_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMBUNG_SETTINGS", "")
    assert Settings() == Settings.model_construct()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"partition = 12", "names what is no setting: partition (meant is perhaps partitions)."),
        (b"SAMBUNG_REPLICATION = 3\nx = 1", "SAMBUNG_REPLICATION (meant is perhaps replication), x."),
        (
            b"partitions: 12",
            "is no TOML: Expected '=' after a key in a key/value pair (at line 1, column 11).",
        ),
        (b"\xff", "is no UTF-8 text."),
    ],
)
def test_one_that_cannot_be_obeyed_is_refused_whole(file: Path, text: bytes, told: str) -> None:
    file.write_bytes(text)
    with pytest.raises(SettingsFileError) as refused:
        from_file(Settings.model_fields)
    assert f"SAMBUNG_SETTINGS: {file} " in str(refused.value)
    assert told in str(refused.value)


@pytest.mark.parametrize("days", [0, 30, 3650])
def test_a_retention_far_above_any_stop_is_taken(days: int) -> None:
    assert Settings(internal_retention_days=days).internal_retention_days == days


@pytest.mark.parametrize("days", [-1, 1, 29])
def test_a_dangerously_small_retention_is_refused(days: int) -> None:
    with pytest.raises(ValidationError):
        Settings(internal_retention_days=days)


def documented() -> dict[str, Any]:
    """What the documented file would say if every line counted."""
    lines = settings_file().splitlines()
    return tomllib.loads("\n".join(line.removeprefix("#") for line in lines if not line.startswith("# ")))


def test_the_documented_file_has_every_setting_as_it_comes() -> None:
    said, settings = documented(), Settings.model_fields
    assert said.keys() == settings.keys()
    Settings.model_validate(said)
    for name, field in settings.items():
        if field.default is not None:
            assert said[name] == (str(field.default) if isinstance(field.default, Path) else field.default)


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
    assert [
        name for name in Settings.model_fields if f"\n# SAMBUNG_{name.upper()}" not in settings_file()
    ] == []
