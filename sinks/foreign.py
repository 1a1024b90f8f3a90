"""Records of the public output topics that another client wrote: skipped, logged and counted.

Any client can write there by mistake, and its records can be neither shown nor removed from here. One that
can be read as a statement, a count or a refused record is taken as the pipeline's own: two contents under one
version still end the process.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

import msgspec
import structlog

Decoded = TypeVar("Decoded")

_UNREADABLE: Final = (msgspec.MsgspecError, TypeError, ValueError, RecursionError)
"""TypeError for a value of null, ValueError for one that is no UTF-8."""

CREDIT: Final = "credit"
LIVE_COUNT: Final = "live-count"
REJECTED: Final = "rejected"

log = structlog.get_logger()


def decode_own(decode: Callable[[bytes], Decoded], values: Iterable[bytes], topic: str) -> list[Decoded]:
    """The values that can be decoded, in their order."""
    values = list(values)
    try:
        return [decode(value) for value in values]
    except _UNREADABLE:
        return _one_by_one(decode, values, topic)


def _one_by_one(decode: Callable[[bytes], Decoded], values: list[bytes], topic: str) -> list[Decoded]:
    decoded: list[Decoded] = []
    for value in values:
        try:
            decoded.append(decode(value))
        except _UNREADABLE as error:
            # Neither its content nor the decoder's message, which may quote it.
            log.warning(
                "foreign_record_passed_over", topic=topic, size=len(value or b""), error=type(error).__name__
            )
    return decoded
