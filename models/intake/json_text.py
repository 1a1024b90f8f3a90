"""Strict JSON parsing, for records that pydantic does not accept.

Python's own parser accepts some texts that are no JSON (NaN, half a surrogate pair) and fails on some that
are (a number of 5,000 digits); both are corrected here.
"""

import json
import re
from itertools import accumulate
from typing import Any, Final

from models.intake.phrases import Phrase, phrase

MAX_DEPTH: Final = 256
"""Levels of lists and objects; deeper text is refused, as RFC 8259 (section 9) allows. An event has two."""
BEYOND_ANY_FIELD: Final = 10**20
"""Replaces every integer with more digits than any field has."""

_string = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_bracket = re.compile(r"[\[\]{}]")
_has_only_full_pairs = re.compile(
    r"(?:[^\\]++|\\[^u]|\\u(?![dD][89a-fA-F])|\\u[dD][89abAB]..\\u[dD][c-fC-F]..)*+", re.DOTALL
)


class NotJson(ValueError):  # noqa: N818
    """A text that is no strict JSON."""

    def __init__(self, sentence: Phrase) -> None:
        super().__init__(sentence.name)
        self.sentence = sentence


def read_object(value: bytes) -> dict[str, Any] | Phrase:
    """The JSON object in a record's value, with the last of a repeated key; or a sentence on the error."""
    try:
        found = read(value)
    except NotJson as error:
        return error.sentence
    return found if isinstance(found, dict) else phrase("no object")


def read(value: bytes) -> Any:
    """What JSON a value holds, of any type. Raises NotJson."""
    try:
        return _read(value.decode())
    except UnicodeDecodeError as error:
        raise NotJson(phrase("no UTF-8", byte=error.start + 1)) from None
    except json.JSONDecodeError as error:
        raise NotJson(phrase("no JSON", character=error.pos + 1)) from None


def _read(text: str) -> Any:
    if text.startswith("\ufeff"):
        raise NotJson(phrase("byte order mark"))
    if depth(text) > MAX_DEPTH:
        raise NotJson(phrase("too deep", levels=MAX_DEPTH))
    found = json.loads(text, parse_int=_whole, parse_constant=_no_number)
    if "\\u" in text and not _has_only_full_pairs.fullmatch(text):
        raise NotJson(phrase("half a pair"))
    return found


def write_shallow(record: dict[str, Any]) -> str:
    """JSON of an object with lists and objects below the second level emptied: no event has any."""
    return json.dumps({name: _emptied_below(value) for name, value in record.items()})


def _emptied_below(value: Any) -> Any:
    if isinstance(value, list):
        return [type(entry)() if isinstance(entry, (list, dict)) else entry for entry in value]
    return {} if isinstance(value, dict) else value


def depth(text: str, least: int = MAX_DEPTH) -> int:
    """Levels of lists and objects; 0 where they are certainly not more than `least`."""
    if text.count("[") + text.count("{") <= least:
        return 0
    brackets = _bracket.findall(_string.sub("", text))
    return max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets), default=0)


def _whole(digits: str) -> int:
    if len(digits) <= 20:
        return int(digits)
    return -BEYOND_ANY_FIELD if digits.startswith("-") else BEYOND_ANY_FIELD


def _no_number(word: str) -> None:
    raise NotJson(phrase("no number", word=word))
