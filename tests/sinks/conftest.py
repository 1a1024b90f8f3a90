"""A test that takes `kept` runs once over each sink, one that takes `stored` over each database."""

from collections.abc import Iterator

import pytest

from tests.sinks.kept import KINDS, Kept, Kind


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


@pytest.fixture
def url(storeless: str) -> str:
    return storeless
