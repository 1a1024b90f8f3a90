"""Servers that tests of several folders share."""

from collections.abc import Iterator

import pytest

from tests.services.postgres import Postgres, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for all tests that do not kill it."""
    with postgres_server() as server:
        yield server
