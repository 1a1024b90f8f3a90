"""The page of what came of faults, also where some failed, in one process or several (`make faults`)."""

import os
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.faults.page import Outcome, Tell, Tried, page

TRIED = pytest.StashKey[list[Tried]]()
"""Faults of a test that came to a verdict."""
PROBLEM = pytest.StashKey[str]()
"""Why a test did not pass; not there before it ran."""
NOT_RUN = "it was not run"
RECEIVED = pytest.StashKey[list[list[Outcome]]]()
"""Outcomes of each of several processes."""
SENT = "faults"
"""Their name among what a process tells the one that started it."""
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
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[SENT] = msgspec.json.encode(outcomes)
        return
    outcomes = _merged([outcomes, *session.config.stash.get(RECEIVED, [])])
    if PAGE in os.environ and outcomes and exitstatus in COMPLETE:
        Path(os.environ[PAGE]).write_text(page(outcomes), encoding="utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Of pytest-xdist: a process has ended."""
    sent = getattr(node, "workeroutput", {}).get(SENT, b"[]")
    received = node.config.stash.setdefault(RECEIVED, [])
    received.append(msgspec.json.decode(sent, type=list[Outcome]))


def _merged(outcomes: Iterable[list[Outcome]]) -> list[Outcome]:
    """Each test once, from the process that ran it."""
    found: dict[str, Outcome] = {}
    for one in chain.from_iterable(outcomes):
        if one.test not in found or one.problem != NOT_RUN:
            found[one.test] = one
    return list(found.values())


def _after(item: pytest.Item) -> Outcome:
    name = item.name.removeprefix("test_").replace("_", " ")
    return Outcome(name, item.stash.get(TRIED, []), item.stash.get(PROBLEM, NOT_RUN))
