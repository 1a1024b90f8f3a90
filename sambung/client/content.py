"""What an outbox needs to know of an event: its bytes, its identity, and a digest of what it says."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

NATIONAL_ID_FIELDS: Final = ("nik", "attendee_niks")
"""Fields that only the gateway takes, and turns into hashes (docs/spec.md, section 5)."""
_DIGEST_BYTES: Final = 16
_MARK_VALUES: Final = 4_096


class Content(NamedTuple):
    """An event, or a line that is none."""

    type: str | None
    event_id: str | None
    """None, as `type`, if the line does not tell it; only the gateway can refuse such a line."""
    revision: int
    digest: bytes
    """Of all but the revision and the national ids; so it can be kept when the event is gone."""
    mark: int
    """Twelve bits of a keyed hash of the national ids, 0 if there are none. A corrected id is noticed 4,095
    times in 4,096; an id cannot be found again, as one in 4,096 of all ids has the same mark."""
    body: bytes
    """One line of JSON, as it is sent."""

    @property
    def has_national_ids(self) -> bool:
        return self.mark > 0


def content_of(event: Mapping[str, Any] | bytes, salt: bytes) -> Content:
    """Of an event, or of a line of a file; the salt keys the mark. Raises ValueError for what is no JSON."""
    if isinstance(event, bytes):
        body = event.strip().replace(b"\n", b" ").replace(b"\r", b" ")  # in JSON they are mere white space
        found = _object_in(body)
    else:
        body = _encoded(event)
        found = _object_in(body)
    if found is None:
        return Content(None, None, 0, _digest(body), 0, body)
    niks = sorted(_texts([found.pop(name) for name in NATIONAL_ID_FIELDS if name in found]))
    kind, event_id, revision = found.get("type"), found.get("event_id"), found.pop("revision", 0)
    return Content(
        kind if isinstance(kind, str) else None,
        event_id if isinstance(event_id, str) else None,
        revision if type(revision) is int and 0 <= revision < 2**31 else 0,
        _digest(_sorted(found)),
        _mark(niks, salt),
        body,
    )


def _encoded(event: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(dict(event), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError):
        # Not chained, as the error quotes what it met.
        raise ValueError(
            "An event is a dict of texts, whole numbers, lists and None; this one has something else in it."
        ) from None


def _object_in(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _texts(value: Any) -> Iterator[str]:
    """Every text and number in what stands where national ids belong."""
    match value:
        case None:
            return
        case list():
            for entry in value:
                yield from _texts(entry)
        case _:
            yield str(value)


def _sorted(found: dict[str, Any]) -> bytes:
    return json.dumps(found, sort_keys=True).encode(errors="surrogatepass")


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:_DIGEST_BYTES]


def _mark(niks: list[str], salt: bytes) -> int:
    if not niks:
        return 0
    digest = hmac.new(salt, "\n".join(niks).encode(errors="surrogatepass"), hashlib.sha256).digest()
    return 1 + int.from_bytes(digest[:8]) % (_MARK_VALUES - 1)
