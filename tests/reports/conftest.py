"""A store that a report can read, filled by a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reports.filled import Filled


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Filled]:
    filled = Filled(f"sqlite:///{tmp_path / 'store.db'}")
    yield filled
    filled.close()
