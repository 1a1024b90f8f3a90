"""Scenes for faults, and the page that is written when all of them went well (`make faults`)."""

import os
from pathlib import Path

import pytest

from tests.faults.page import Tell, Tried, page

TRIED = pytest.StashKey[list[Tried]]()
PAGE = "FAULTS_PAGE"
"""Environment variable: where to write the page."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.fault)
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    return request.session.stash.setdefault(TRIED, []).append


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    tried = session.stash.get(TRIED, [])
    if PAGE in os.environ and tried and exitstatus == pytest.ExitCode.OK:
        Path(os.environ[PAGE]).write_text(page(tried), encoding="utf-8")
