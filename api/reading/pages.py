"""Lists cut into pages by the keys of their items."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

from api.reading.cursors import cursor_after, key_in

Item = TypeVar("Item")

USUAL: Final = 100
MOST: Final = 1_000
"""Items of one page."""


class Asked(NamedTuple):
    """Which page of which list."""

    question: tuple[Any, ...]
    """The list's name with its filters."""
    limit: int = USUAL
    cursor: str | None = None

    def after(self, *kinds: type) -> tuple[Any, ...] | None:
        """The key after which the page begins; None for the first page. Raises WrongCursor."""
        return None if self.cursor is None else key_in(self.cursor, self.question, kinds)


class Page(NamedTuple, Generic[Item]):
    items: Sequence[Item]
    next: str | None
    """Cursor of the next page; None on the last."""


def page_of(
    items: Sequence[Item], key: Callable[[Item], tuple[str, ...]], asked: Asked, parts: int
) -> Page[Item]:
    """A page of a list that is ordered by its items' keys, which have so many parts. Raises WrongCursor.

    >>> page_of(["a", "b", "c"], lambda one: (one,), Asked(("letters",), limit=2), 1).items
    ['a', 'b']
    """
    after = asked.after(*[str] * parts)
    start = 0 if after is None else bisect_right(items, after, key=key)
    shown = items[start : start + asked.limit]
    more = start + asked.limit < len(items)
    return Page(shown, cursor_after(asked.question, key(shown[-1])) if more else None)
