from collections.abc import Iterator

import pytest

from tests.sambung.client.flaky_gateway import Gateway, running


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running(Gateway()) as started:
        yield started
