"""A worker whose release has a mistake: one of its folds raises on the records of one member.

Started like the command itself: `python tests/faults/broken_worker.py MEMBER worker --broker ...`.
"""

import sys
from typing import Any

from sambung.cli.main import main
from streams.attribution.attribution import AttributionFold


def break_on(member: bytes) -> None:
    sound = AttributionFold.step

    def step(fold: AttributionFold, record: Any) -> Any:
        if record.key == member:
            raise ZeroDivisionError("a mistake of this release")
        return sound(fold, record)

    AttributionFold.step = step  # type: ignore[method-assign]


if __name__ == "__main__":
    break_on(sys.argv.pop(1).encode())
    main()
