"""Which records must be refused, and how each must lie in the table `rejected`: spec section 1."""

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
    records: Iterable[Record], lay: Mapping[int, Place], places: KnownPlaces
) -> list[Refused]:
    """Without conflicts: which of two records loses one hangs on which of them came first."""
    return [
        _row(verdict, record, lay[record.number])
        for record in records
        for verdict in [_verdict(record, places)]
        if verdict is not None
    ]


def may_conflict(records: Iterable[Record], lay: Mapping[int, Place], places: KnownPlaces) -> set[Place]:
    """Where accepted records lie; one that was put back by hand or by a stage may say so twice."""
    accepted = [record for record in records if _verdict(record, places) is None]
    return {_row("", record, lay[record.number]).place for record in accepted} | {
        lay[record.number] for record in accepted
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


def _row(reason: str, record: Record, lay: Place) -> Refused:
    """As it lies, or as a well-formed origin says that it first lay; the headers that say so are not kept."""
    key, headers = record.key, record.headers
    origin = _PLACE.fullmatch(dict(headers).get(ORIGIN) or b"")
    if origin is not None:
        topic, partition, offset = origin.groups()
        lay = (topic.decode(), int(partition), int(offset))
        key = dict(headers).get(ORIGINAL_KEY)
        headers = tuple(header for header in headers if header[0] not in {ORIGIN, ORIGINAL_KEY})
    masked = tuple((_masked(name), _masked(data)) for name, data in headers)
    return Refused(reason, lay, _masked(key), _masked(record.value), masked)  # type: ignore[arg-type]


def _masked(data: bytes | None) -> bytes | None:
    return data and _NATIONAL_ID.sub(b"*" * 16, data)


def _headers(kept: str) -> Headers:
    return tuple((_bytes(one["key"]) or b"", _bytes(one["value"])) for one in json.loads(kept))


def _bytes(kept: str | None) -> bytes | None:
    if kept is None:
        return None
    return b64decode(kept.removeprefix("base64:")) if kept.startswith("base64:") else kept.encode()
