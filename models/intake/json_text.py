"""JSON read to the letter of the standard, for records that the fast reader would not take.

The language's own reader lets through what is no JSON (NaN, half a surrogate pair) and gives up on what is
(a number of 5,000 digits), so its leniencies are closed and its limits widened here.
"""

import json
import re
from itertools import accumulate
from typing import Any, Final

DEEPEST: Final = 256
"""Levels of lists and objects; deeper text is not read, as RFC 8259 (section 9) allows. An event has two."""
BEYOND_ANY_FIELD: Final = 10**20
"""Stands for every whole number of more digits than any field has."""

_string = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_bracket = re.compile(r"[\[\]{}]")
_pairs_are_whole = re.compile(
    r"(?:[^\\]++|\\[^u]|\\u(?![dD][89a-fA-F])|\\u[dD][89abAB]..\\u[dD][c-fC-F]..)*+", re.DOTALL
)


def read_object(value: bytes) -> dict[str, Any] | str:
    """The JSON object in a record's value, of a repeated key the last; or a sentence on why there is none."""
    try:
        found = _read(value.decode())
    except UnicodeDecodeError as error:
        return f"Byte {error.start + 1:,} is not UTF-8; save the text as UTF-8."
    except json.JSONDecodeError as error:
        return f"Not JSON from character {error.pos + 1:,} on; send one JSON object."
    except ValueError as error:
        return str(error)
    if not isinstance(found, dict):
        return "This is JSON but no object; send one object in braces, with a name for each field."
    return found


def _read(text: str) -> Any:
    if text.startswith("\ufeff"):
        raise ValueError("The text starts with a byte order mark; save it as UTF-8 without one.")
    if _depth(text) > DEEPEST:
        raise ValueError(f"Lists and objects are nested deeper than {DEEPEST} levels; an event has two.")
    found = json.loads(text, parse_int=_whole, parse_constant=_no_number)
    if "\\u" in text and not _pairs_are_whole.fullmatch(text):
        raise ValueError("A \\u escape is half a surrogate pair; write both halves, or the letter in UTF-8.")
    return found


def write_shallow(record: dict[str, Any]) -> str:
    """JSON of an object whose lists and objects below the second level are emptied: no event has any."""
    return json.dumps({name: _emptied_below(value) for name, value in record.items()})


def _emptied_below(value: Any) -> Any:
    if isinstance(value, list):
        return [type(entry)() if isinstance(entry, (list, dict)) else entry for entry in value]
    return {} if isinstance(value, dict) else value


def _depth(text: str) -> int:
    if text.count("[") + text.count("{") <= DEEPEST:
        return 0
    brackets = _bracket.findall(_string.sub("", text))
    return max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets), default=0)


def _whole(digits: str) -> int:
    if len(digits) <= 20:
        return int(digits)
    return -BEYOND_ANY_FIELD if digits.startswith("-") else BEYOND_ANY_FIELD


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON; leave the field out, or write a number.")
