"""The documented settings file, generated from the class that reads it."""

import json
from pathlib import Path
from textwrap import wrap
from typing import Any, Final, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from models.settings import Settings

_WIDTH: Final = 100
_HEAD: Final = """\
# Every setting of sambung, each as it is when nobody sets it, or with an example where it is then not set.
# Made from models/settings.py by `make schemas`.
#
# Copy this file, take the # from the lines that shall count, and name the copy in SAMBUNG_SETTINGS. The
# variable that is named above a setting goes before the file, and a command's option before both. A name
# that is no setting is refused. Nothing else is obeyed, whatever the machine's environment may hold.
"""


def settings_file() -> str:
    """Text of the file."""
    parts = [_setting(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join([_HEAD, *parts])


def _setting(name: str, field: FieldInfo) -> str:
    meaning = " ".join((field.description or "").split()).replace("`", "")
    lines = wrap(" ".join(filter(None, [meaning, _range(field)])), _WIDTH - 2)
    lines.append(f"SAMBUNG_{name.upper()}" + ("; not set by default" if field.default is None else ""))
    return "".join(f"# {line}\n" for line in lines) + f"#{name} = {_value(field)}\n"


def _range(field: FieldInfo) -> str:
    choices = [one for part in _parts(field.annotation) for one in part]
    if choices:
        return f"One of {', '.join(choices)}."
    lowest = [one.ge for one in field.metadata if isinstance(one, Ge)]
    highest = [one.le for one in field.metadata if isinstance(one, Le)]
    return f"From {lowest[0]:,} to {highest[0]:,}." if lowest and highest else ""


def _parts(annotation: Any) -> list[tuple[str, ...]]:
    """Values of a literal type, also of an optional one."""
    kinds = [annotation, *get_args(annotation)]
    return [get_args(kind) for kind in kinds if get_origin(kind) is Literal]


def _value(field: FieldInfo) -> str:
    value = field.default if field.default is not None else (field.examples or [""])[0]
    if isinstance(value, Path | SecretStr):
        value = str(value)
    return json.dumps(value, ensure_ascii=False)
