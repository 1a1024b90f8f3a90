"""Ends a process in which something failed that must not go on."""

import os
import sys
from collections.abc import Callable
from typing import NoReturn

import structlog

from streams.engine.failures import FoldError, trace

log = structlog.get_logger()


def end_process(where: str, error: BaseException, exit_now: Callable[[int], NoReturn] = os._exit) -> NoReturn:
    """Log the error and end the process at once, with nothing more acked."""
    position = error.position._asdict() if isinstance(error, FoldError) else {}
    log.critical(
        "stopped", where=where, error=str(error), kind=type(error).__name__, trace=trace(error), **position
    )
    sys.stderr.flush()
    sys.stdout.flush()
    exit_now(1)
