"""The events of a body, each as its own bytes: one object, an array, or one line per event (NDJSON)."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import msgspec

from api.languages import Words
from api.problems import Problem

MOST_EVENTS: Final = 1_000
MOST_BYTES: Final = 5 * 1024 * 1024
"""Of a body, after decompression."""
JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"

_BLANKS: Final = b" \t\r\n"
_raw_entries = msgspec.json.Decoder(list[msgspec.Raw]).decode
_token = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{},"]', re.DOTALL)

_TOO_MUCH: Final = Words(
    "Satu permintaan paling banyak berisi 1.000 kejadian dan 5 MiB setelah dekompresi. Bagi menjadi beberapa "
    "permintaan.",
    "A request has at most 1,000 events and 5 MiB after decompression. Send several requests.",
)
_NOT_TAKEN: Final = Words(
    "Kirim `Content-Type: application/json` (satu objek atau sebuah array) atau `application/x-ndjson` "
    "(satu objek per baris), dalam UTF-8.",
    "Send `Content-Type: application/json` (an object or an array) or `application/x-ndjson` (an object a "
    "line), in UTF-8.",
)
_NO_ARRAY: Final = Words(
    "Array ini bukan JSON, jadi tidak satu pun kejadiannya dapat dibaca. Perbaiki, atau kirim NDJSON.",
    "This array is no JSON, so none of its events can be read. Correct it, or send NDJSON.",
)
_NO_EVENTS: Final = Words("Permintaan ini tidak berisi kejadian.", "This request has no events.")


def too_much() -> Problem:
    return Problem(413, "too_large", _TOO_MUCH)


def _no_array() -> Problem:
    return Problem(400, "not_json", _NO_ARRAY)


def check_type(content_type: str | None) -> str:
    """JSON or NDJSON. Raises Problem 415."""
    name, *parameters = (content_type or "").lower().split(";")
    charsets = [one.strip().removeprefix("charset=").strip('"') for one in parameters if "charset=" in one]
    if name.strip() not in {JSON, NDJSON} or set(charsets) - {"utf-8", "utf8"}:
        raise Problem(415, "unknown_type", _NOT_TAKEN)
    return name.strip()


def split(body: bytes, content_type: str) -> list[bytes]:
    """Raises Problem 400 or 413. An entry or line is not parsed: it may be no event, and no JSON."""
    events = _lines(body) if content_type == NDJSON else _entries(body.strip(_BLANKS))
    if len(events) > MOST_EVENTS:
        raise too_much()
    if not events:
        raise Problem(400, "no_events", _NO_EVENTS)
    return events


def _lines(body: bytes) -> list[bytes]:
    return [line for line in map(_stripped, body.split(b"\n")) if line]


def _stripped(line: bytes) -> bytes:
    return line.strip(_BLANKS)


def _entries(body: bytes) -> list[bytes]:
    if not body.startswith(b"["):
        return [body] if body else []
    try:
        return [bytes(entry) for entry in _raw_entries(body)]
    except RecursionError:
        return _entries_of_deep(body)
    except (msgspec.MsgspecError, ValueError) as error:
        raise _no_array() from error


def _entries_of_deep(body: bytes) -> list[bytes]:
    """By its brackets alone, for entries nested deeper than a parser's stack."""
    cuts = [1, *_commas(body), len(body) - 1]
    entries = [body[start:end].strip(b"," + _BLANKS) for start, end in pairwise(cuts)]
    if not all(entries):
        raise _no_array()
    return entries


def _commas(body: bytes) -> Iterator[int]:
    """Positions of the commas between entries. Raises Problem 400 where brackets do not match."""
    open_brackets: list[bytes] = []
    for token in _token.finditer(body):
        match token[0]:
            case b"[" | b"{":
                if not open_brackets and token.start():
                    raise _no_array()
                open_brackets.append(token[0])
            case b"]" | b"}":
                if not open_brackets or open_brackets.pop() + token[0] not in {b"[]", b"{}"}:
                    raise _no_array()
            case b'"':
                raise _no_array()
            case b"," if len(open_brackets) == 1:
                yield token.start()
    if open_brackets or not body.endswith(b"]"):
        raise _no_array()
