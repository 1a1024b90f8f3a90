"""Settings: the environment overrides the file, unknown names are refused, each setting is documented."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from models.settings import Settings, SettingsFileError
from tools.settings_docs import settings_file


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "settings.toml"
    monkeypatch.setenv("SAMBUNG_SETTINGS", str(path))
    return path


def test_the_environment_overrides_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('partitions = 12\nreplication = 3\nsasl_password = "secret"\n')
    monkeypatch.setenv("SAMBUNG_REPLICATION", "2")
    settings = Settings(patience_s=30)
    assert (settings.partitions, settings.replication, settings.patience_s) == (12, 2, 30)
    assert "secret" not in repr(settings)


def test_without_a_file_the_defaults_apply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMBUNG_SETTINGS", "")
    assert Settings() == Settings.model_construct()


@pytest.mark.parametrize(
    ("text", "problem"),
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
def test_an_unusable_file_is_refused(file: Path, text: bytes, problem: str) -> None:
    file.write_bytes(text)
    with pytest.raises(SettingsFileError) as refused:
        Settings()
    assert f"SAMBUNG_SETTINGS: {file} " in str(refused.value)
    assert problem in str(refused.value)


@pytest.mark.parametrize("days", [0, 30, 3650])
def test_a_retention_far_above_any_stop_is_valid(days: int) -> None:
    assert Settings(internal_retention_days=days).internal_retention_days == days


@pytest.mark.parametrize("days", [-1, 1, 29])
def test_a_dangerously_small_retention_is_refused(days: int) -> None:
    with pytest.raises(ValidationError):
        Settings(internal_retention_days=days)


def documented() -> dict[str, Any]:
    """The documented file with all its comments removed."""
    lines = settings_file().splitlines()
    return tomllib.loads("\n".join(line.removeprefix("#") for line in lines if not line.startswith("# ")))


def test_the_documented_file_has_every_setting_with_its_default() -> None:
    values, settings = documented(), Settings.model_fields
    assert values.keys() == settings.keys()
    Settings.model_validate(values)
    for name, field in settings.items():
        if field.default is not None:
            assert values[name] == (str(field.default) if isinstance(field.default, Path) else field.default)


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
    assert [
        name for name in Settings.model_fields if f"\n# SAMBUNG_{name.upper()}" not in settings_file()
    ] == []
