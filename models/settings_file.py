"""The settings' file: what stands in it counts unless the environment says otherwise."""

import os
import tomllib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "SAMBUNG_SETTINGS"
"""Names the file; the one variable that is no setting itself."""


class SettingsFileError(Exception):
    """The file cannot be obeyed; the text says where and why."""


def from_file(known: Collection[str], environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """What the file says, if one is named. Raises SettingsFileError, also for a name that is no setting."""
    path = environment.get(VARIABLE)
    if not path:
        return {}
    try:
        said = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SettingsFileError(f"{VARIABLE}: {path} cannot be read: {reason}.") from error
    except UnicodeDecodeError as error:
        raise SettingsFileError(f"{VARIABLE}: {path} is no UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsFileError(f"{VARIABLE}: {path} is no TOML: {error}.") from error
    unknown = [_unknown(name, known) for name in said if name not in known]
    if unknown:
        raise SettingsFileError(
            f"{VARIABLE}: {path} names what is no setting: {', '.join(unknown)}. Nothing of it was obeyed; "
            "all settings stand in docs/settings.toml."
        )
    return said


def _unknown(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name.lower().removeprefix("sambung_"), known, 1)
    return f"{name} (meant is perhaps {near[0]})" if near else name
