"""Scenes for faults, and the page that tells what came of them, also where some failed (`make faults`)."""

import os
from pathlib import Path

import pytest

from tests.faults.page import Outcome, Tell, Tried, page

TRIED = pytest.StashKey[list[Tried]]()
"""Faults of a test that came to a verdict."""
PROBLEM = pytest.StashKey[str]()
"""Why a test did not pass; not there before it ran."""
PAGE = "FAULTS_PAGE"
"""Environment variable: where to write the page."""
COMPLETE = {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
"""Nobody stopped the run."""


def _is_fault(item: pytest.Item) -> bool:
    """A test that tells of a fault; what tests the counting itself runs with all the other tests."""
    return isinstance(item, pytest.Function) and "tell" in item.fixturenames


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in filter(_is_fault, items):
        item.add_marker(pytest.mark.fault)
        item.add_marker(pytest.mark.timeout(600))


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Into the table first, and only then fail: a page without its bad rows would praise itself."""
    told = request.node.stash.setdefault(TRIED, [])

    def tell(tried: Tried) -> None:
        told.append(tried)
        assert not tried.problems, "\n".join(tried.problems)
        assert (tried.lost, tried.doubled) == (0, 0)

    return tell


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Keep the first line of what went wrong, of the first phase in which something did."""
    known = item.stash.get(PROBLEM, "")
    found = str(call.excinfo.value) or call.excinfo.typename if call.excinfo else ""
    item.stash[PROBLEM] = known or found.partition("\n")[0]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Every fault that was to be tried has its row, whatever became of it."""
    outcomes = [_after(item) for item in session.items if _is_fault(item)]
    if PAGE in os.environ and outcomes and exitstatus in COMPLETE:
        Path(os.environ[PAGE]).write_text(page(outcomes), encoding="utf-8")


def _after(item: pytest.Item) -> Outcome:
    name = item.name.removeprefix("test_").replace("_", " ")
    return Outcome(name, item.stash.get(TRIED, []), item.stash.get(PROBLEM, "it was not run"))
