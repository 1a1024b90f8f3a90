"""The gateway before a store that a test fills."""

from collections.abc import Iterator

import pytest

from api.gateway import Gateway
from tests.api.gateways import gateway_of_store
from tests.reports.filled import Filled


@pytest.fixture
def gateway(store: Filled) -> Iterator[Gateway]:
    made = gateway_of_store(store.url)
    yield made
    made.store.close()
