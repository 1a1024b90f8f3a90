"""Cursors: where the next page of a list begins, as text that only this gateway reads."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, Final

import msgspec

LARGEST: Final = 2**63
"""No store has a number that is not below."""


class WrongCursor(Exception):  # noqa: N818
    """It is none, or one of another list."""


def cursor_after(question: Sequence[Any], key: Sequence[Any]) -> str:
    """`question` is the list's name with its filters, `key` that of the last item before the next page."""
    return urlsafe_b64encode(msgspec.json.encode((question, key))).decode().rstrip("=")


def key_in(cursor: str, question: Sequence[Any], kinds: Sequence[type]) -> tuple[Any, ...]:
    """The key, of values of these kinds. Raises WrongCursor.

    >>> key_in(cursor_after(("places", None), ("34.04.07", 5)), ("places", None), (str, int))
    ('34.04.07', 5)
    """
    try:
        asked, key = msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise WrongCursor from error
    if asked != list(question) or not _is_key(key, kinds):
        raise WrongCursor
    return tuple(key)


def _is_key(key: object, kinds: Sequence[type]) -> bool:
    if not isinstance(key, list) or [type(one) for one in key] != list(kinds):
        return False
    return all(0 <= one < LARGEST for one in key if isinstance(one, int))
