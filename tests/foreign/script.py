"""Steps for a foreign client, and the file in which a client in another language reads them.

One step per line, its words separated by tabs: the verb, the producer's name, and what the verb needs.
Bytes are in base64; `-` stands for null.
"""

from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

Headers = tuple[tuple[bytes, bytes | None], ...]
Place = tuple[str, int, int]
"""Topic, partition, offset."""


class Record(NamedTuple):
    """What is sent; `number` is unique among all scripts."""

    number: int
    topic: str
    partition: int | None
    """None leaves it to the client."""
    timestamp_ms: int | None
    """None leaves it to the client: now."""
    key: bytes | None
    value: bytes | None
    headers: Headers


class Step(NamedTuple):
    """`open` (with settings), `begin`, `send` (with a record), `flush`, `commit`, `abort`, `close`.

    `wait` is for the time in which the readers catch up; it names the milliseconds instead of a producer.
    A producer that is never closed is left as it is, as one is whose app ends in the midst of its work.
    """

    verb: str
    producer: str
    record: Record | None = None
    settings: tuple[tuple[str, str], ...] = ()


def write(path: Path, steps: Iterable[Step]) -> Path:
    path.write_text("".join("\t".join(_words(step)) + "\n" for step in steps), encoding="ascii")
    return path


def _words(step: Step) -> list[str]:
    words = [step.verb, step.producer, *(f"{name}={value}" for name, value in step.settings)]
    return words + (_fields(step.record) if step.record else [])


def _fields(record: Record) -> list[str]:
    """A value without the blanks at its end, and its whole length: those of 1 MiB are made of blanks."""
    place = [record.topic, *("-" if one is None else str(one) for one in record[2:4])]
    value = None if record.value is None else record.value.rstrip(b" ")
    headers = [_base64(part) for header in record.headers for part in header]
    content = [_base64(record.key), _base64(value), str(len(record.value or b""))]
    return [str(record.number), *place, *content, *headers]


def _base64(data: bytes | None) -> str:
    return "-" if data is None else b64encode(data).decode()
