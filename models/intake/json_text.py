"""Strict JSON parsing, for records that pydantic does not accept.

Python's own parser accepts some texts that are no JSON (NaN, half a surrogate pair) and fails on some that
are (a number of 5,000 digits); both are corrected here.
"""

import json
import re
from itertools import accumulate
from typing import Any, Final

MAX_DEPTH: Final = 256
"""Levels of lists and objects; deeper text is refused, as RFC 8259 (section 9) allows. An event has two."""
BEYOND_ANY_FIELD: Final = 10**20
"""Replaces every integer with more digits than any field has."""

_string = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_bracket = re.compile(r"[\[\]{}]")
_has_only_full_pairs = re.compile(
    r"(?:[^\\]++|\\[^u]|\\u(?![dD][89a-fA-F])|\\u[dD][89abAB]..\\u[dD][c-fC-F]..)*+", re.DOTALL
)


def read_object(value: bytes) -> dict[str, Any] | str:
    """The JSON object in a record's value, with the last of a repeated key; or a sentence on the error."""
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
    if _depth(text) > MAX_DEPTH:
        raise ValueError(f"Lists and objects are nested deeper than {MAX_DEPTH} levels; an event has two.")
    found = json.loads(text, parse_int=_whole, parse_constant=_no_number)
    if "\\u" in text and not _has_only_full_pairs.fullmatch(text):
        raise ValueError("A \\u escape is half a surrogate pair; write both halves, or the letter in UTF-8.")
    return found


def write_shallow(record: dict[str, Any]) -> str:
    """JSON of an object with lists and objects below the second level emptied: no event has any."""
    return json.dumps({name: _emptied_below(value) for name, value in record.items()})


def _emptied_below(value: Any) -> Any:
    if isinstance(value, list):
        return [type(entry)() if isinstance(entry, (list, dict)) else entry for entry in value]
    return {} if isinstance(value, dict) else value


def _depth(text: str) -> int:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return 0
    brackets = _bracket.findall(_string.sub("", text))
    return max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets), default=0)


def _whole(digits: str) -> int:
    if len(digits) <= 20:
        return int(digits)
    return -BEYOND_ANY_FIELD if digits.startswith("-") else BEYOND_ANY_FIELD


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON; leave the field out, or write a number.")
