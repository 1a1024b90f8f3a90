"""Who may write to one store at a time: followers of a stream beside each other, a beginner alone."""

from pathlib import Path

import pytest

from sambung.errors import Exit, Failed
from sambung.store_lock import store_lock


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 's.db'}"


def test_followers_write_beside_each_other(database: str) -> None:
    with store_lock(database) as first, store_lock(database) as second:
        first.share()
        second.share()


def test_who_begins_a_stream_keeps_all_others_out(database: str) -> None:
    with store_lock(database) as first, store_lock(database) as second:
        first.take_alone()
        with pytest.raises(Failed, match="Another replay is writing") as follower:
            second.share()
        with pytest.raises(Failed, match="A replay or a worker is writing"):
            second.take_alone()
    assert follower.value.code == Exit.SERVICE_MISSING


def test_who_has_begun_lets_others_follow(database: str) -> None:
    with store_lock(database) as first, store_lock(database) as second:
        first.take_alone()
        first.share()
        second.share()
        with pytest.raises(Failed):
            second.take_alone()


def test_the_last_one_removes_the_file(database: str, tmp_path: Path) -> None:
    with store_lock(database) as first:
        first.share()
        with store_lock(database) as second:
            second.share()
        assert [path.name for path in tmp_path.iterdir()] == ["s.db-lock"]
    assert list(tmp_path.iterdir()) == []


def test_stores_do_not_know_each_other(database: str, tmp_path: Path) -> None:
    with store_lock(database) as first, store_lock(f"sqlite:///{tmp_path / 'other.db'}") as second:
        first.take_alone()
        second.take_alone()


def test_another_kind_of_database_is_left_to_itself(tmp_path: Path) -> None:
    with store_lock("postgresql://localhost/sambung") as lock:
        lock.take_alone()
    assert list(tmp_path.iterdir()) == []
