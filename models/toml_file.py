"""Files that people edit, in TOML: read into a model, or refused with every wrong value named."""

import tomllib
from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from models.reference import ReferenceFileError

Content = TypeVar("Content", bound=BaseModel)


def read_toml(kind: type[Content], text: str, file: str, *, unknown: str, remedy: str) -> Content:
    """Numbers with decimals arrive as Decimal, never as binary floats.

    `unknown` says of a name that the model does not have what is wrong with it; `remedy` says what to do
    about wrong values. Raises ReferenceFileError.
    """
    try:
        return kind.model_validate(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise ReferenceFileError(file, "", f"not TOML: {error}", "Put that line right") from error
    except ValidationError as error:
        problem = "; ".join(_complaint(detail["loc"], detail["msg"], unknown) for detail in error.errors())
        raise ReferenceFileError(file, "", problem, remedy) from error


def _complaint(location: tuple[int | str, ...], message: str, unknown: str) -> str:
    """Parts of a list are counted from 1, as people count them."""
    wording = {"Field required": "is missing", "Extra inputs are not permitted": unknown}
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
    what = wording.get(message, message.removeprefix("Value error, "))
    return f"{where}: {what}" if where else what
