"""Records of the public output topics that are none of ours: passed over, told and counted.

Any client may write there by mistake, and what it wrote can be neither shown nor removed from here. What can
be read as a statement, a count or a refused record is taken for ours: two contents under one version still
end the process.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

import msgspec
import structlog

Read = TypeVar("Read")

_UNREADABLE: Final = (msgspec.MsgspecError, TypeError, ValueError, RecursionError)
"""A value of null is a TypeError, one that is no UTF-8 a ValueError."""

CREDIT: Final = "credit"
LIVE_COUNT: Final = "live-count"
REJECTED: Final = "rejected"

log = structlog.get_logger()


def read_ours(decode: Callable[[bytes], Read], values: Iterable[bytes], topic: str) -> list[Read]:
    """The values that can be read, in their order."""
    values = list(values)
    try:
        return [decode(value) for value in values]
    except _UNREADABLE:
        return _one_by_one(decode, values, topic)


def _one_by_one(decode: Callable[[bytes], Read], values: list[bytes], topic: str) -> list[Read]:
    found: list[Read] = []
    for value in values:
        try:
            found.append(decode(value))
        except _UNREADABLE as error:
            # Not what it holds, nor the decoder's words, which may quote it.
            log.warning(
                "foreign_record_passed_over", topic=topic, size=len(value or b""), error=type(error).__name__
            )
    return found
