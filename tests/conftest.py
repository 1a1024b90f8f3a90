"""What tests of several folders share: brokers of each kind, a PostgreSQL server, stores in each database."""

import gc
import signal
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
from httpx._transports import default
from hypothesis import settings

from tests.doctests import Doctests
from tests.releases import release
from tests.services.brokers import KINDS, SHORT_SESSIONS, Brokers
from tests.services.kafka import Kafka, kafka_cluster
from tests.services.postgres import Postgres, postgres_server
from tests.sinks.cases import STORES, Emptied, Files, Kind
from tests.thorough import tries

SERVICES = frozenset({"kafka", "postgres", "postgresql"})
"""Fixtures, and values of parameters, that stand for one."""


def pytest_configure(config: pytest.Config) -> None:
    """Heed interrupts again, which a shell's `&` has all that it starts ignore; set hypothesis' examples.

    Each of httpx's short functions would read the certificates of all authorities: 40 ms of a processor.
    """
    config.pluginmanager.register(Doctests())
    default.create_ssl_context = cache(default.create_ssl_context)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    settings.register_profile("tries", settings(), max_examples=tries(100), deadline=None)
    settings.load_profile("tries")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Let garbage collections, which are frequent, leave out the thousands of collected tests and modules."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes a service by a fixture; what starts its own is marked in its file.

    Tests with brokers go first, as others use the processors while they wait; of both, the longest.
    """
    for item in items:
        if isinstance(item, pytest.Function):
            given = item.callspec.params.values() if hasattr(item, "callspec") else ()
            if SERVICES.intersection([*item.fixturenames, *(one for one in given if isinstance(one, str))]):
                item.add_marker(pytest.mark.service)
    items.sort(key=lambda item: (item.get_closest_marker("broker") is None, -_longest_s(item)))


def _longest_s(item: pytest.Item) -> float:
    timeout = item.get_closest_marker("timeout")
    return float(timeout.args[0]) if timeout else 0.0


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """Apache Kafka for all tests that do not kill it."""
    with kafka_cluster(tmp_path_factory.mktemp("kafka") / "kafka", **SHORT_SESSIONS) as cluster:
        yield cluster


@pytest.fixture(scope="module", params=KINDS)
def brokers(request: pytest.FixtureRequest) -> Brokers:
    """A test that takes these runs on the embedded broker and on Apache Kafka."""
    return Brokers(request.getfixturevalue("kafka") if request.param == "kafka" else None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for all tests that do not kill it."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Kind:
    return Kind("sqlite", Files(tmp_path_factory.mktemp("stores")).next_url)


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest) -> Kind:
    return Kind("postgresql", Emptied(request.getfixturevalue("postgres").new_database()).next_url)


@pytest.fixture(scope="session", params=STORES)
def database(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=STORES)
def storeless(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database that has no store yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    new: str = request.getfixturevalue("postgres").new_database()
    return new


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the test is of a release with one more revision of the schema."""
    folder = tmp_path / "revisions"
    folder.mkdir()
    release(folder, monkeypatch)
