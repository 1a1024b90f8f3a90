"""Logs of the office's processes, kept within a bound."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

LARGEST_BYTES: Final = 8 << 20
"""From this size on a log becomes NAME.log.1, in place of the one before."""


def keep_within_bound(folder: Path) -> None:
    """The processes append, so an emptied file is written on from its beginning."""
    for log in folder.glob("*.log"):
        with suppress(OSError):  # of a full disk, for example: next time
            if log.stat().st_size > LARGEST_BYTES:
                shutil.copyfile(log, f"{log}.1")
                os.truncate(log, 0)
