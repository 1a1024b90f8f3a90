"""A test that takes `kept` runs once over each sink."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sinks.kept import KINDS, Kept, make


@pytest.fixture(params=KINDS)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    made = make(request.param, tmp_path)
    yield made
    made.sink.close()
