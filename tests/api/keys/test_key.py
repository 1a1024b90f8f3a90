"""Keys: their form, their digest, and the places that they are for."""

import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.keys.key import Key, Scope, digest, is_token, new_token, scope_to_publish
from models.events import EVENTS
from models.places import Places, level

CODES = sorted(Places.load().names)


def test_a_key_has_256_random_bits_and_a_prefix() -> None:
    made = {new_token() for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(re.fullmatch(r"sb_[A-Za-z0-9_-]{43}", one) for one in made)


@pytest.mark.parametrize(
    "text", ["", "sb_", "a" * 46, "SB_" + "a" * 43, "sb_" + "a" * 42, "sb_" + "a" * 44, "sb_" + "ä" * 43,
             "sb_" + "a" * 43 + "\n", " sb_" + "a" * 43, "sb_" + "a" * 42 + " "]
)  # fmt: skip
def test_what_has_another_form_is_no_key(text: str) -> None:
    assert not is_token(text)


def test_the_store_keeps_a_digest_of_the_whole_key() -> None:
    token = new_token()
    assert digest(token) == sha256(token.encode()).hexdigest()
    assert token[3:] not in digest(token)


def test_every_type_of_event_has_its_scope() -> None:
    assert {scope_to_publish(name) for name in EVENTS} == {
        scope for scope in Scope if scope.startswith("publish:")
    }


def inside(code: str, place: str) -> bool:
    """By the words of the specification: equal to it, or below it."""
    steps, of_place = code.split("."), place.split(".")
    return steps[: len(of_place)] == of_place


@given(st.lists(st.sampled_from(CODES), min_size=1, max_size=4), st.sampled_from(CODES))
def test_a_place_holds_itself_and_those_below_it(places: list[str], code: str) -> None:
    key = Key("one", frozenset(), tuple(places))
    assert key.allows_place(code) == any(inside(code, place) for place in places)


@given(st.sampled_from(CODES))
def test_a_key_without_places_is_for_all(code: str) -> None:
    assert level(code)
    assert Key("one", frozenset()).allows_place(code)
