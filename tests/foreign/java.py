"""Kafka's own client for Java takes a script's steps, in a process of its own."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.foreign.script import Place, Step, write
from tests.services.kafka import JARS, ROOT, lacking
from tests.services.missing import need

MOST_S: Final = 150.0


def need_java() -> None:
    """A source file is compiled when it is started, which takes more than what runs a broker."""
    need(not lacking(), lacking())
    need(shutil.which("javac"), "no Java compiler: install a JDK, 17 or newer (openjdk-17-jdk-headless)")


def java(*arguments: str) -> list[str]:
    """A command that finds Kafka's classes."""
    quiet = f"-Dlog4j2.configurationFile={ROOT / 'tests/services/log4j2.properties'}"
    return ["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", quiet, "-cp", f"{JARS}/*", *arguments]


def take(broker: str, steps: Sequence[Step], folder: Path) -> dict[int, Place]:
    """Position of each record, by number."""
    places = folder / "java-places"
    script = write(folder / "java-script", steps)
    source = ROOT / "tests/foreign/Publish.java"
    done = subprocess.run(
        java(str(source), broker, str(script), str(places)),
        capture_output=True,
        timeout=MOST_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    rows = [row.split("\t") for row in places.read_text().splitlines()]
    return {int(number): (topic, int(at), int(offset)) for number, topic, at, offset in rows}
