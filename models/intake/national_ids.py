"""National ids (NIK) in an event: texts of exactly 16 digits, field names included."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

_is_national_id: Final = re.compile(r"[0-9]{16}").fullmatch

Step = str | int
"""Name of a field in an object, or index of an entry in a list."""


class Found(NamedTuple):
    """A text of exactly 16 digits."""

    path: tuple[Step, ...]
    """From the event to the text; for a field name, to the object with that field."""
    is_name: bool


class NationalIds(NamedTuple):
    first: tuple[Found, ...]
    """In the order of the event."""
    more: int
    """Number of others."""


def national_ids_in(record: dict[str, Any], most: int) -> NationalIds:
    """In every text of an event, also in unknown fields; numbers are no text."""
    found = _walk(record)
    return NationalIds(tuple(islice(found, most)), sum(1 for _ in found))


def _walk(record: dict[str, Any]) -> Iterator[Found]:
    """Iterative, as nesting may be deeper than the call stack."""
    open_nodes: list[tuple[tuple[Step, ...], Iterator[tuple[Step, Any]]]] = [((), iter(record.items()))]
    while open_nodes:
        path, rest = open_nodes[-1]
        for step, value in rest:
            if type(step) is str and _is_national_id(step):
                yield Found(path, is_name=True)
            if type(value) is str:
                if _is_national_id(value):
                    yield Found((*path, step), is_name=False)
            elif value and isinstance(value, list | dict):
                open_nodes.append(((*path, step), _steps_into(value)))
                break
        else:
            open_nodes.pop()


def _steps_into(value: list[Any] | dict[str, Any]) -> Iterator[tuple[Step, Any]]:
    return iter(value.items()) if isinstance(value, dict) else enumerate(value)
