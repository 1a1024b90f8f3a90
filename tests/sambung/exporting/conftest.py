"""An awkward store in each database, and where its exports go."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reports.filled import Filled
from tests.sambung.exporting.stores import awkward
from tests.sinks.cases import Kind


@pytest.fixture
def store(database: Kind) -> Iterator[Filled]:
    with awkward(database.new_url()) as filled:
        yield filled


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "exports" / "monday"
