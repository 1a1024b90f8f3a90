"""Results as one JSON document; names as in the code, instants as RFC 3339 text."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import msgspec

from models.instants import canonical


def as_json(value: object) -> str:
    """Of dataclasses, named tuples, structs and their contents.

    >>> from typing import NamedTuple
    >>> class Touch(NamedTuple):
    ...     campaign_id: str
    ...     touched_us: int
    >>> as_json(Touch("wayang-1", 0))
    '{"campaign_id":"wayang-1","touched_at":"1970-01-01T00:00:00.000000Z"}'
    """
    return msgspec.json.encode(plain(value)).decode()


def plain(value: object) -> Any:
    """The same as objects, lists and scalars."""
    names = _fields(value)
    if names is not None:
        return _object({name: getattr(value, name) for name in names})
    if isinstance(value, Mapping):
        return _object(value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def _fields(value: object) -> tuple[str, ...] | None:
    if is_dataclass(value):
        return tuple(one.name for one in fields(value))
    if isinstance(value, msgspec.Struct):
        return value.__struct_fields__
    return getattr(value, "_fields", None)


def _object(named: Mapping[str, Any]) -> dict[str, Any]:
    return dict(_entry(name, value) for name, value in named.items())


def _entry(name: str, value: Any) -> tuple[str, Any]:
    if name.endswith("_us"):
        return name.removesuffix("_us") + "_at", None if value is None else canonical(value)
    return name, plain(value)
