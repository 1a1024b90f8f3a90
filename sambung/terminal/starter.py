"""Ends a process with the one that started it, however that ended: its standard input closes then."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import sleep
from typing import Final

from sambung.terminal.exits import Exit

STOP_S: Final = 5.0
"""How long a process may take to stop in order."""


@contextmanager
def bound_to_starter(clean_up: Callable[[], None] = lambda: None) -> Iterator[None]:
    """End when standard input closes. `clean_up` is called then, and at no other end."""
    closed = threading.Event()
    threading.Thread(target=_end_when_input_closes, args=(clean_up, closed), daemon=True).start()
    try:
        yield
    finally:
        if closed.is_set():
            clean_up()


def _end_when_input_closes(clean_up: Callable[[], None], closed: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    closed.set()
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:  # something is running that can stop in order
        os.kill(os.getpid(), signal.SIGTERM)
        sleep(STOP_S)
    clean_up()
    os._exit(Exit.SERVICE_MISSING)
