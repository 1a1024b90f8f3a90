"""Log lines of a module, whatever an earlier test did to its logger."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture


@contextmanager
def logged_by(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The lines that the module's `log` writes inside the block; structlog keeps a logger as first used."""
    captured = LogCapture()
    logger = structlog.wrap_logger(None, processors=[captured], wrapper_class=structlog.BoundLogger)
    with monkeypatch.context() as patch:
        patch.setattr(module, "log", logger)
        yield captured.entries
