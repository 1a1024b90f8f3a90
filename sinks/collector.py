"""Python's cyclic garbage collector, paused while a batch is applied."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Run without the collector.

    A batch makes some hundred thousand tuples and dicts, none of them in a cycle; searching them again and
    again takes as long as all other work on them. They are still freed when their last reference goes. The
    pause is process-wide: a cycle made elsewhere is collected after the batch.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
