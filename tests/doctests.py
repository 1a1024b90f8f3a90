"""Collects doctests only from files that have one: the others are not imported and searched for nothing."""

from collections.abc import Generator
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule

EXAMPLE = ">>> "


class Doctests:
    """A plugin of pytest."""

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        found = yield
        kept = [one for one in found if not isinstance(one, DoctestModule)]
        return found if kept == found or EXAMPLE in file_path.read_text(encoding="utf-8") else kept
