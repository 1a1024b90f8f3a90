"""Messages of the stream as bytes (WHATWG HTML, server-sent events), each rendered once for all readers.

An id says that a reader has everything up to that batch. So only the last message of a tick has one: a
connection may be cut between two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import msgspec

COMMENT: Final = b":\n"
"""Before a message: alone it would be an empty message to clients that go by blank lines."""


@dataclass(frozen=True)
class Tick:
    """What changed, each with its last state: campaigns with their totals, or parts of a page."""

    changed: Mapping[str, bytes]
    """JSON by id; at least one."""
    batch: int
    """A reader that has this, and all before, has everything up to this batch."""
    event: bytes = b"campaign"

    @cached_property
    def text(self) -> bytes:
        *others, last = self.changed.values()
        return b"".join(_message(self.event, one) for one in others) + _message(self.event, last, self.batch)

    def then(self, later: "Tick") -> "Tick":
        """Both in one: of each the latest."""
        return Tick({**self.changed, **later.changed}, later.batch, self.event)


def snapshot(campaigns: Mapping[str, bytes], batch: int) -> bytes:
    data = b'{"batch":%d,"campaigns":[%s]}' % (batch, b",".join(campaigns.values()))
    return _message(b"snapshot", data, batch)


def status(content: Mapping[str, Any]) -> bytes:
    return _message(b"status", encoded(content))


def encoded(content: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(content)


def retry(milliseconds: int) -> bytes:
    """How long a reader waits before it comes again; before a message, as a comment is."""
    return b"retry: %d\n" % milliseconds


def _message(event: bytes, data: bytes, batch: int | None = None) -> bytes:
    identity = b"" if batch is None else b"id: %d\n" % batch
    return b"event: %s\n%sdata: %s\n\n" % (event, identity, data)
