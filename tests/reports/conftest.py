"""A store that a report can read, filled by a test; in each database in turn."""

from collections.abc import Iterator

import pytest

from tests.reports.filled import Filled
from tests.sinks.cases import Kind


@pytest.fixture
def store(database: Kind) -> Iterator[Filled]:
    filled = Filled(database.new_url())
    yield filled
    filled.close()
