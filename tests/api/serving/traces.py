"""Finds national ids in whatever a run has left: bytes of files, records, tables and answers."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from tests.api.serving.attempts import Ids

_runs = re.compile(rb"[0-9]{16,}").finditer
_groups = re.compile(rb"[0-9]{4}(?:[^0-9]?[0-9]{4}){3}").finditer
_escape = re.compile(rb"\\u00([0-9a-fA-F]{2})")
_base64 = re.compile(rb"[A-Za-z0-9+/]{22,}={0,2}").finditer
_no_digit = re.compile(rb"[^0-9]")
DIGITS: Final = 16


def traces(ids: Ids, texts: Iterable[tuple[str, bytes]]) -> list[str]:
    """Where ids that were issued stand, without saying which; texts come with the name of their place."""
    return [f"{place}: {len(found)} ids" for place, text in texts if (found := _ids_in(ids, text))]


def _ids_in(ids: Ids, text: bytes) -> set[str]:
    found = set()
    for form in _read(text):
        for run in _runs(form):
            digits = run[0].decode()
            found |= {digits[at : at + DIGITS] for at in range(len(digits) - DIGITS + 1)} & ids.issued
        found |= {_no_digit.sub(b"", one[0]).decode() for one in _groups(form)} & ids.spaced
    return found


def _read(text: bytes) -> Iterator[bytes]:
    """As it is, and as whoever reads it would: without NULs of UTF-16, escapes and base64."""
    yield text
    if b"\0" in text:
        yield text.replace(b"\0", b"")
    if b"\\u00" in text:
        yield _escape.sub(lambda one: bytes([int(one[1], 16)]), text)
    if b"%3" in text:
        yield unquote_to_bytes(text)
    packed = [_unpacked(one[0]) for one in _base64(text)]
    yield b"\n".join(packed)
    yield b"\n".join(packed).replace(b"\0", b"")


def _unpacked(text: bytes) -> bytes:
    """Base64 that may be cut off."""
    return base64.b64decode(text.rstrip(b"=")[: len(text) // 4 * 4] + b"==", validate=False)


def of_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


def of_answer(number: int, answer: bytes) -> tuple[str, bytes]:
    return f"answer {number}: {answer[:60]!r}", answer


def as_text(value: object) -> bytes:
    return json.dumps(value, default=repr, ensure_ascii=False).encode()
