"""A test with `case` runs once per kind of sink, one with `sql_case` once per database."""

from collections.abc import Iterator

import pytest

from tests.sinks.cases import KINDS, Kind, SinkCase


@pytest.fixture(scope="session")
def memory() -> Kind:
    return Kind("memory", lambda: "")


@pytest.fixture(scope="session", params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def case(kind: Kind) -> Iterator[SinkCase]:
    with kind.opened() as opened:
        yield opened


@pytest.fixture
def sql_case(database: Kind) -> Iterator[SinkCase]:
    with database.opened() as opened:
        yield opened


@pytest.fixture
def url(storeless: str) -> str:
    return storeless
