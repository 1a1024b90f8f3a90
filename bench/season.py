"""The season that the benches share: `diy-2017` as field teams send it."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SEED = "2017"


@contextmanager
def season_file(seed: str = SEED) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sambung-bench-") as folder:
        file = Path(folder) / "season.ndjson"
        command = [
            sys.executable,
            "-m",
            "sambung",
            "simulate",
            "diy-2017",
            "--seed",
            seed,
            "--out",
            str(file),
        ]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)  # noqa: S603  not user input
        yield file
