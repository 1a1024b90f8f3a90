"""A store in one file: what documents are made from is tried in each database by `test_report.py`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reports.filled import Filled


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Filled]:
    filled = Filled(f"sqlite:///{tmp_path}/store.db")
    yield filled
    filled.close()
