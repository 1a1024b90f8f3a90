"""A stream goes on only while nothing that decides its numbers changes; else the next generation begins."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.places import DEFAULT_FILE as PLACES
from models.rules import DEFAULT_FILE as RULES
from models.settings import Settings
from sambung.broker.embedded import embedded_broker
from sambung.following import Stream, existing_stream, open_or_create_stream
from sambung.stores.store_lock import StoreLock
from sambung.terminal.exits import Failed
from streams.engine.kafka.connection import Connection
from tests.sinks.memory import MemorySink

pytestmark = pytest.mark.broker


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with embedded_broker() as broker:
        yield broker.address


@pytest.fixture
def store(address: str) -> MemorySink:
    """Follows the first stream, with the default settings."""
    sink = MemorySink()
    stream = follow(address, sink)
    assert (stream.context.generation, stream.unfed) == (1, False)
    return sink


def follow(address: str, sink: MemorySink, **settings: object) -> Stream:
    return asyncio.run(
        open_or_create_stream(Connection(address), sink, Settings.model_validate(settings), StoreLock(None))
    )


def edited(original: Path, folder: Path, old: str, new: str) -> Path:
    text = original.read_text(encoding="utf-8")
    assert old in text
    copy = folder / original.name
    copy.write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def test_nothing_changed_goes_on(address: str, store: MemorySink) -> None:
    assert follow(address, store, replication=3, session_timeout_s=20).context.generation == 1


def test_another_number_of_partitions_begins_anew(address: str, store: MemorySink) -> None:
    assert follow(address, store, partitions=5).context.generation == 2


def test_other_rules_begin_anew(address: str, store: MemorySink, tmp_path: Path) -> None:
    rules = edited(RULES, tmp_path, "2017.1", "2017.2")
    assert follow(address, store, rules=rules).context.generation == 2


def test_another_list_of_places_begins_anew(address: str, store: MemorySink, tmp_path: Path) -> None:
    renamed = edited(PLACES, tmp_path, "Depok", "Kapanewon Depok")
    assert follow(address, store, places=renamed).context.generation == 1
    shorter = edited(PLACES, tmp_path, "34.01.01,Temon\n", "")
    assert follow(address, store, places=shorter).context.generation == 2


def test_another_release_begins_anew(
    address: str, store: MemorySink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sambung.following.version", lambda _name: "99.0")
    assert follow(address, store).context.generation == 2


def test_another_broker_begins_anew_and_one_whose_feeding_was_cut_short_again(store: MemorySink) -> None:
    with embedded_broker() as other:
        assert follow(other.address, store).unfed
        assert follow(other.address, store).context.generation == 3


def test_a_worker_begins_no_stream(address: str, store: MemorySink) -> None:
    with pytest.raises(Failed, match="sambung topics create"):
        asyncio.run(existing_stream(Connection(address), store, Settings(partitions=5), "sqlite:///s.db"))
    stream = asyncio.run(existing_stream(Connection(address), store, Settings(), "sqlite:///s.db"))
    assert stream.context.generation == 1


def test_streams_of_one_number_keep_their_state_apart(address: str, store: MemorySink) -> None:
    assert follow(address, store).state == follow(address, store).state
    assert follow(address, store).state != follow(address, MemorySink()).state
