"""Keys in the store: found by what was made of them, revoked for good, and their names never given again."""

import pytest

from api.keys.key import Key, Scope, digest, new_token
from api.keys.table import add_key, listed_keys, revoke_key, valid_keys
from sinks.store import open_side_writer, open_store
from tests.sinks.records import NOW_US
from tests.stores import run

EVERYWHERE = Key("office", frozenset(Scope))
SLEMAN = Key("sleman", frozenset({Scope.READ_MEMBERS}), ("34.02", "34.04"))


@pytest.fixture
def url(storeless: str) -> str:
    open_store(storeless).dispose()
    return storeless


def test_keys_are_found_by_their_digests_as_they_were_made(url: str) -> None:
    tokens = {key: new_token() for key in (EVERYWHERE, SLEMAN)}
    engine = open_side_writer(url)
    with engine.begin() as connection:
        for key, token in tokens.items():
            assert add_key(connection, key, token, NOW_US)
        asked = [digest(one) for one in (*tokens.values(), new_token())]
        assert valid_keys(connection, asked) == {digest(token): key for key, token in tokens.items()}
        assert valid_keys(connection, []) == {}
        assert [(one.key, one.created_us, one.revoked_us) for one in listed_keys(connection)] == [
            (EVERYWHERE, NOW_US, None),
            (SLEMAN, NOW_US, None),
        ]
    engine.dispose()
    stored = repr(run(url, "SELECT * FROM api_key"))
    assert [token for token in tokens.values() if token in stored or token[3:] in stored] == []


def test_a_revoked_key_is_found_no_more_and_its_name_stays_taken(url: str) -> None:
    token = new_token()
    engine = open_side_writer(url)
    with engine.begin() as connection:
        assert add_key(connection, SLEMAN, token, NOW_US)
        assert not add_key(connection, SLEMAN, new_token(), NOW_US)
        assert revoke_key(connection, SLEMAN.name, NOW_US + 1)
        assert not revoke_key(connection, SLEMAN.name, NOW_US + 2)
        assert not revoke_key(connection, "another", NOW_US)
        assert not add_key(connection, SLEMAN, new_token(), NOW_US + 3)
        assert valid_keys(connection, [digest(token)]) == {}
        assert [one.revoked_us for one in listed_keys(connection)] == [NOW_US + 1]
    engine.dispose()


def test_what_the_store_has_of_another_release_allows_nothing_more(url: str) -> None:
    """Neither a scope of its own, nor places that somebody emptied."""
    run(
        url,
        "INSERT INTO api_key VALUES ('later', 'd', 'read:counts,read:all', '', "
        "'2026-11-30 00:00:00.000000', NULL)",
    )
    engine = open_side_writer(url)
    with engine.begin() as connection:
        (key,) = valid_keys(connection, ["d"]).values()
    engine.dispose()
    assert key.scopes == {Scope.READ_COUNTS}
    assert not any(map(key.allows_place, ("34", "34.04", "34.04.07")))
