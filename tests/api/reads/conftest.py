"""A store that a gateway reads, filled by a test; in each database in turn."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.gateway import Gateway
from api.keys.key import Scope
from tests.api.gateways import bearer, key, told_by
from tests.reports.filled import Filled
from tests.sinks.cases import Kind

Headers = dict[str, str]
Ask = Callable[..., httpx.Response]


@pytest.fixture
def store(database: Kind) -> Iterator[Filled]:
    filled = Filled(database.new_url())
    yield filled
    filled.close()


@pytest.fixture
def ask(gateway: Gateway) -> Iterator[Ask]:
    """Asks with a key that has these scopes, `read:counts` if none is named, and these places."""
    tokens: dict[Any, str] = {}
    app = create_app(gateway)

    def get(
        path: str,
        *scopes: Scope,
        places: str | None = None,
        headers: dict[str, str] | None = None,
        **params: Any,
    ) -> httpx.Response:
        of = (scopes or (Scope.READ_COUNTS,), places)
        if of not in tokens:
            tokens[of] = key(gateway, f"key-{len(tokens)}", *of[0], places=places)
        sent = bearer(tokens[of]) | {"Accept-Language": "en"} | (headers or {})
        return told_by(app, lambda client: client.get(path, params=params, headers=sent))

    yield get
    app.state.reading.close()
