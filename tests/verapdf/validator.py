"""veraPDF, the validator of those who wrote the standards, in a process of its own."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests.services.missing import need

ROOT: Final = Path(__file__).parents[2]
JARS: Final = ROOT / "var" / "verapdf"
PROFILES: Final = ("ua1", "2a")
"""PDF/UA-1, for people who do not see the page, and PDF/A-2a, for those who file it for years."""
_MOST_S: Final = 150.0


class Validated(NamedTuple):
    checks: int
    failed: tuple[str, ...]


def need_verapdf() -> None:
    need((JARS / ".whole").is_file(), "no veraPDF: run make verapdf (Maven and a JDK, 17 or newer)")
    need(shutil.which("javac"), "no Java compiler: install a JDK, 17 or newer (openjdk-17-jdk-headless)")


def validate(files: Sequence[Path]) -> dict[tuple[str, str], Validated]:
    """By name of the file and profile; all in one process, which starts slowly."""
    program = ["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", f"{JARS}/*"]
    command = [*program, str(ROOT / "tests/verapdf/Validate.java"), ",".join(PROFILES), *map(str, files)]
    done = subprocess.run(command, capture_output=True, timeout=_MOST_S, check=False)
    assert done.returncode == 0, done.stderr.decode()
    rows = [row.split("\t") for row in done.stdout.decode().splitlines()]
    return {
        (Path(file).name, profile): Validated(
            int(content), tuple(row[3] for row in rows if row[:3] == [file, profile, "failed"])
        )
        for file, profile, kind, content in rows
        if kind == "checked"
    }
