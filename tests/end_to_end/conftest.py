"""One season of every awkwardness, and the store that one replay of it makes, for all tests here."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from sambung.season import simulate
from tests.end_to_end.runs import replay, tables_for, written
from tests.oracle.tables import Tables
from tests.services.brokers import Brokers
from tests.strategies import awkward_season

SEED = 11
AWKWARD_LINES = 400


@dataclass(frozen=True)
class Sent:
    """Lines as field teams sent them, and what must come of them."""

    lines: list[bytes]
    tables: Tables


@pytest.fixture(scope="session")
def sent() -> Sent:
    """A small messy season and, among its lines, small villages where everything goes wrong at once."""
    messy = b"".join(simulate("mini", SEED).lines()).split(b"\n")
    awkward = b"\n".join(awkward_season(SEED, AWKWARD_LINES)).split(b"\n")
    lines = [line for line in messy + awkward if line.strip()]
    return Sent(lines, tables_for(lines))


@pytest.fixture(scope="session")
def store(sent: Sent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Store of one replay of the lines in their order, with its own broker; not to be changed."""
    folder = tmp_path_factory.mktemp("in-order")
    replay(folder / "sambung.db", written(folder / "season.ndjson", sent.lines))
    return folder / "sambung.db"


@pytest.fixture
def options(brokers: Brokers) -> list[str]:
    """Of a replay on a broker on which nothing has been yet."""
    return brokers.for_replay()
