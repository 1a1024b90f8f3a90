"""Python's collector of cycles, out of the way of a batch."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Take in a batch without searching it for cycles.

    A batch makes some hundred thousand tuples and dicts, none of them in a cycle; searching those again and
    again takes as long as everything else that is done with them. They are freed all the same, as soon as
    nothing refers to them. The collector is the process's: a cycle made elsewhere waits for the batch's end.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
