"""One gateway for the tests that do not stop it."""

from collections.abc import Iterator

import pytest

from tests.api.serving.served import Served, served

PERSON_KEY = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("gateway")
    settings = {"SAMBUNG_PERSON_KEY": PERSON_KEY, "SAMBUNG_GATEWAY_BODY_MEBIBYTES": "16"}
    with served(folder, settings=settings) as gateway:
        yield gateway
