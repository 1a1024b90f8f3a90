"""`sambung keys`: what it prints, what it refuses, and that it works beside a worker."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from sambung.stores.store_lock import store_lock
from sinks.store import open_store
from tests.sambung.cli.conftest import Command, unwrapped
from tests.stores import run

SCOPES = (
    "There are publish:enrollment, publish:outreach-event, publish:inspection, read:counts, read:members and "
    "read:rejected."
)


@pytest.fixture
def store_at(storeless: str) -> str:
    open_store(storeless).dispose()
    return storeless


def made(sambung: Command, url: str, name: str, *options: str) -> str:
    """The key."""
    result = sambung("keys", "create", name, *options, "--database", url)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def refused(sambung: Command, url: str, *arguments: str) -> str:
    result = sambung("keys", "create", *arguments, "--database", url)
    assert (result.exit_code, result.stdout) == (2, "")
    return unwrapped(result.stderr)


def test_a_key_alone_is_printed_and_its_digest_alone_is_kept(sambung: Command, store_at: str) -> None:
    printed = made(sambung, store_at, "sleman-app", "--scope", "publish:enrollment", "--scope", "read:counts",
                   "--place", "34.04.07", "--place", "34.02", "--place", "34.02")  # fmt: skip
    assert re.fullmatch(r"sb_[A-Za-z0-9_-]{43}\n", printed)
    [row] = run(store_at, "SELECT name, digest, scopes, places, revoked_at FROM api_key")
    digest = sha256(printed.strip().encode()).hexdigest()
    assert row == ("sleman-app", digest, "publish:enrollment,read:counts", "34.02,34.04.07", None)


def test_all_are_listed_and_none_is_shown(sambung: Command, store_at: str) -> None:
    empty = sambung("keys", "list", "--database", store_at)
    assert empty.stdout == "There is no key yet. `sambung keys create` makes one.\n"
    assert sambung("keys", "list", "--json", "--database", store_at).stdout == "[]\n"
    tokens = [
        made(sambung, store_at, "page", "--scope", "read:counts"),
        made(sambung, store_at, "kota", "--scope", "read:members", "--place", "34.71"),
    ]
    sambung("keys", "revoke", "page", "--database", store_at)
    shown = sambung("keys", "list", "--database", store_at).stdout
    assert max(map(len, shown.splitlines())) <= 100
    assert all(word in shown for word in ("kota", "34.71 Kota Yogyakarta", "page", "all places", "revoked "))
    kota, page = json.loads(sambung("keys", "list", "--json", "--database", store_at).stdout)
    assert (kota["name"], kota["scopes"], kota["places"]) == ("kota", ["read:members"], ["34.71"])
    assert kota["revoked_at"] is None
    assert page["places"] is None
    assert page["revoked_at"] > page["created_at"]
    assert [token for token in tokens if token.strip() in shown] == []


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("Sleman App", "sleman-app"),
        ("", "sleman-app"),
        ("a" * 33, "a" * 32),
        ("täm/x", "t-m-x"),
        ("page\n", "page"),
    ],
)
def test_a_name_of_another_form_is_refused(sambung: Command, store_at: str, name: str, like: str) -> None:
    told = refused(sambung, store_at, name, "--scope", "read:counts")
    assert f"is no name of a key. Write 1 to 32 of a-z, 0-9 and -, such as {like}." in told


@pytest.mark.parametrize("name", ["3404071208850001", "nik-3404071208850001-x"])
def test_a_name_that_can_be_a_national_id_is_refused_and_not_repeated(
    sambung: Command, store_at: str, name: str
) -> None:
    told = refused(sambung, store_at, name, "--scope", "read:counts")
    assert told == "16 digits in a row can be a national id, and names of keys go into logs. Take another."


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("publish:enrolment", f"'publish:enrolment' is no scope. Is it publish:enrollment? {SCOPES}"),
        ("READ:COUNTS", f"'READ:COUNTS' is no scope. Is it read:counts? {SCOPES}"),
        ("everything", f"'everything' is no scope. {SCOPES}"),
    ],
)
def test_an_unknown_scope_is_refused_with_what_is_like_it(
    sambung: Command, store_at: str, scope: str, told: str
) -> None:
    assert refused(sambung, store_at, "page", "--scope", scope) == told


def test_a_key_without_a_scope_is_refused(sambung: Command, store_at: str) -> None:
    assert "Missing option '--scope'" in refused(sambung, store_at, "page")


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("depok", "'depok' is no code of a place. There is 34.04.07 (Depok)."),
        ("nowhere", "'nowhere' is no code of a place. Write 34.04, for example."),
        ("34.99", "34.99 is not in the list of places. There is 34.01 (Kabupaten Kulon Progo), 34.02"),
        ("99", "There is 34 (Daerah Istimewa Yogyakarta). SAMBUNG_PLACES names another list."),
    ],
)
def test_a_place_is_one_of_the_list(sambung: Command, store_at: str, place: str, told: str) -> None:
    assert told in refused(sambung, store_at, "page", "--scope", "read:counts", "--place", place)


def test_the_list_of_the_settings_counts(
    sambung: Command, store_at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "places.csv").write_text("code,name\n51,Bali\n51.03,Badung\n51.03.01,Kuta\n")
    monkeypatch.setenv("SAMBUNG_PLACES", str(tmp_path / "places.csv"))
    made(sambung, store_at, "bali", "--scope", "read:members", "--place", "51.03")
    assert "34.04 is not in the list" in refused(
        sambung, store_at, "diy", "--scope", "read:members", "--place", "34.04"
    )


def test_refused_records_are_for_keys_of_all_places(sambung: Command, store_at: str) -> None:
    told = refused(sambung, store_at, "page", "--scope", "read:rejected", "--place", "34.04")
    assert told == (
        "A key with places cannot have read:rejected: refused records are of no known place, so it would "
        "show those of all. Make a second key for it, without --place."
    )


def test_a_name_is_given_once(sambung: Command, store_at: str) -> None:
    made(sambung, store_at, "page", "--scope", "read:counts")
    assert refused(sambung, store_at, "page", "--scope", "read:members") == (
        "There is a key page already. Take another name, such as page-2."
    )
    assert sambung("keys", "revoke", "page", "--database", store_at).exit_code == 0
    told = refused(sambung, store_at, "page", "--scope", "read:counts")
    assert told.startswith("page was a key until ")
    assert told.endswith("so the name is never given again. Take another, such as page-2.")
    assert len(run(store_at, "SELECT * FROM api_key")) == 1


def test_revoking_twice_changes_nothing_and_an_unknown_name_is_said(sambung: Command, store_at: str) -> None:
    made(sambung, store_at, "page", "--scope", "read:counts")
    first, second = (sambung("keys", "revoke", "page", "--database", store_at) for _ in range(2))
    assert first.stdout == second.stdout
    assert unwrapped(first.stdout).endswith("WIB. Every gateway refuses it within 5 seconds.")
    unknown = sambung("keys", "revoke", "pages", "--database", store_at)
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert unwrapped(unknown.stderr) == "There is no key 'pages'. `sambung keys list` shows all."


def test_where_there_is_no_store_it_says_so(sambung: Command, storeless: str) -> None:
    result = sambung("keys", "create", "page", "--scope", "read:counts", "--database", storeless)
    assert (result.exit_code, result.stdout) == (2, "")


def test_it_works_while_a_worker_holds_the_lock_of_the_store(sambung: Command, store_at: str) -> None:

    with store_lock(store_at) as lock:
        lock.acquire_exclusive("unused")
        made(sambung, store_at, "page", "--scope", "read:counts")
        assert sambung("keys", "revoke", "page", "--database", store_at).exit_code == 0


def test_a_restored_store_names_the_keys_that_work_again(sambung: Command, url: str, tmp_path: Path) -> None:
    open_store(url).dispose()
    for name in ("page", "gone", "kota"):
        made(sambung, url, name, "--scope", "read:counts")
    sambung("keys", "revoke", "gone", "--database", url)
    assert sambung("backup", tmp_path / "copy", "--database", url).exit_code == 0
    sambung("keys", "revoke", "page", "--database", url)
    target = f"sqlite:///{tmp_path / 'restored.db'}"
    told = unwrapped(sambung("restore", tmp_path / "copy", "--database", target).stdout)
    assert (
        "These keys of apps work again, also any that was revoked since the copy was made: kota, page. To "
        f"end one: sambung keys revoke NAME --database {target}"
    ) in told
    valid = "SELECT name FROM api_key WHERE revoked_at IS NULL ORDER BY name"
    assert run(target, valid) == [("kota",), ("page",)]
    assert run(url, valid) == [("kota",)]
