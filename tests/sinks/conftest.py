"""A test that takes `kept` runs once over each sink, one that takes `stored` over each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sinks.kept import KINDS, STORES, Kept, Kind


@pytest.fixture(scope="session")
def memory() -> Kind:
    return Kind("memory", lambda: "")


@pytest.fixture(scope="session", params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def kept(kind: Kind) -> Iterator[Kept]:
    with kind.opened() as opened:
        yield opened


@pytest.fixture
def stored(database: Kind) -> Iterator[Kept]:
    with database.opened() as opened:
        yield opened


@pytest.fixture(params=STORES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a database that has no store yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    new: str = request.getfixturevalue("postgres").new_database()
    return new
