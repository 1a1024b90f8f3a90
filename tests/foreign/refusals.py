"""Records that must be refused, and the row of each in the table `rejected`: spec section 1."""

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from tests.foreign.records import ORIGIN, ORIGINAL_KEY
from tests.foreign.script import Headers, Place, Record
from tests.oracle.judging import KnownPlaces, judge
from tests.stores import run

CONFLICT: Final = "conflict"
_NATIONAL_ID: Final = re.compile(rb"(?<![0-9])[0-9]{16}(?![0-9])")
_PLACE: Final = re.compile(rb"(enrollment|outreach-event|inspection)/([0-9]+)/([0-9]+)")


class Refused(NamedTuple):
    """A row of `rejected`, its bytes as they were sent but for what is masked."""

    reason: str
    place: Place
    key: bytes | None
    value: bytes | None
    headers: Headers


def must_be_refused(
    records: Iterable[Record], positions: Mapping[int, Place], places: KnownPlaces
) -> list[Refused]:
    """Without conflicts: which of two records loses one depends on their order."""
    return [
        _row(verdict, record, positions[record.number])
        for record in records
        for verdict in [_verdict(record, places)]
        if verdict is not None
    ]


def may_conflict(
    records: Iterable[Record], positions: Mapping[int, Place], places: KnownPlaces
) -> set[Place]:
    """Positions of accepted records; a rerouted one may be reported with two of them."""
    accepted = [record for record in records if _verdict(record, places) is None]
    return {_row("", record, positions[record.number]).place for record in accepted} | {
        positions[record.number] for record in accepted
    }


def refused_in(database: str) -> list[Refused]:
    rows = run(database, 'SELECT reason, topic, "partition", "offset", "key", value, headers FROM rejected')
    return [
        Refused(reason, (topic, partition, offset), _bytes(key), _bytes(value), _headers(headers))
        for reason, topic, partition, offset, key, value, headers in rows
    ]


def _verdict(record: Record, places: KnownPlaces) -> str | None:
    """The reason, if there is one that needs no state."""
    if record.value is None:
        return "not_json"
    verdict = judge(record.topic, record.value, places)
    return verdict if isinstance(verdict, str) else None


def _row(reason: str, record: Record, position: Place) -> Refused:
    """At its position, or at that of a well-formed origin, whose headers are not stored."""
    key, headers = record.key, record.headers
    origin = _PLACE.fullmatch(dict(headers).get(ORIGIN) or b"")
    if origin is not None:
        topic, partition, offset = origin.groups()
        position = (topic.decode(), int(partition), int(offset))
        key = dict(headers).get(ORIGINAL_KEY)
        headers = tuple(header for header in headers if header[0] not in {ORIGIN, ORIGINAL_KEY})
    masked = tuple((_masked(name), _masked(data)) for name, data in headers)
    return Refused(reason, position, _masked(key), _masked(record.value), masked)  # type: ignore[arg-type]


def _masked(data: bytes | None) -> bytes | None:
    return data and _NATIONAL_ID.sub(b"*" * 16, data)


def _headers(stored: str) -> Headers:
    return tuple((_bytes(one["key"]) or b"", _bytes(one["value"])) for one in json.loads(stored))


def _bytes(stored: str | None) -> bytes | None:
    if stored is None:
        return None
    return b64decode(stored.removeprefix("base64:")) if stored.startswith("base64:") else stored.encode()
