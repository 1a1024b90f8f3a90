"""Lists in pages: nothing is shown twice or left out, and a cursor fits its own list only."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reading.cursors import WrongCursor, cursor_after, key_in
from api.reading.marks import Mark, etag, is_known
from api.reading.pages import Asked, page_of

KEYS = st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), unique=True, max_size=30)


def same(one: tuple[str, ...]) -> tuple[str, ...]:
    return one


@given(KEYS, st.integers(1, 10))
def test_all_pages_together_are_the_list(keys: list[tuple[str, str]], limit: int) -> None:
    items, cursor, shown = sorted(keys), None, list[tuple[str, str]]()
    while True:
        page = page_of(items, same, Asked(("list",), limit, cursor), 2)
        assert len(page.items) <= limit
        shown += page.items
        if page.next is None:
            break
        cursor = page.next
    assert shown == items


@given(KEYS, KEYS)
def test_what_comes_between_pages_is_shown_where_it_belongs(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    """An item that is there all the time is shown once, whatever else comes or goes."""
    first = page_of(sorted(before), same, Asked(("list",), 3), 2)
    if first.next is not None:
        later = page_of(sorted(after), same, Asked(("list",), 1_000, first.next), 2)
        assert {*later.items} == {one for one in after if one > first.items[-1]}


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "?",
        "é",
        "bm8",
        cursor_after(("other",), ("a",)),
        cursor_after(("list",), ("a", "b")),
        cursor_after(("list",), (1,)),
        cursor_after(("list", "34"), ("a",)),
    ],
)
def test_a_cursor_of_another_list_is_none(cursor: str) -> None:
    with pytest.raises(WrongCursor):
        key_in(cursor, ("list",), (str,))


@pytest.mark.parametrize("number", [-1, True, 2**63, 1.0])
def test_a_number_that_no_store_has_is_no_key(number: float) -> None:
    with pytest.raises(WrongCursor):
        key_in(cursor_after(("list",), (number,)), ("list",), (int,))


def test_a_tag_differs_with_the_question_the_batch_and_its_time() -> None:
    asked: list[tuple[Mark, Any]] = [
        (Mark(1, 5), "a"),
        (Mark(2, 5), "a"),
        (Mark(1, 6), "a"),
        (Mark(1, 5), "b"),
        (Mark(1, 5), None),
    ]
    tags = {etag(mark, question) for mark, question in asked}
    assert len(tags) == len(asked)
    assert all(is_known(tag, ", ".join(["W/" + one for one in tags])) for tag in tags)
