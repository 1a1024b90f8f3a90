"""The contenders of the one-stage job: how each is started, and what it needs."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "var/bench"
"""Made by bench/Makefile: one environment per peer."""
QUIX = BUILT / "quix"
STREAMS = BUILT / "kafka_streams"
JAR = STREAMS / "one-stage-1.jar"


class Entrant(NamedTuple):
    name: str
    """Of its consumer group, and part of its topics' names."""
    words: str
    command: Sequence[str]
    """The task is added as last argument."""
    one_in: int = 1
    """10 gives it only a tenth of the events."""
    makes_changelog: bool = False
    """It creates its changelog itself."""
    built: Path | None = None
    """Folder made by bench/Makefile; None for those that run in this environment."""

    def lacks(self, kafka_lacks: str) -> str:
        """Why it cannot race here; empty when it can."""
        if self.built is None:
            return ""
        if kafka_lacks:
            return f"it needs Apache Kafka, and {kafka_lacks}"
        if not (self.built / ".whole").exists():
            return "it is not built: `make bench` does that, or says why it cannot"
        return ""


def _in_process(module: str) -> tuple[str, ...]:
    return sys.executable, "-m", f"bench.contenders.{module}"


def _quix(settings: str) -> tuple[str, ...]:
    return str(QUIX / "bin/python"), "-m", "bench.contenders.quix", settings


def _kafka_streams(settings: str, *options: str) -> tuple[str, ...]:
    java = shutil.which("java") or "java"
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"
    return java, *options, quiet, "-cp", f"{JAR}:{STREAMS}/libraries/*", "bench.Main", settings


ENTRANTS = (
    Entrant("ceiling", "ceiling: aiokafka, msgspec, a dict; nothing durable", _in_process("ceiling")),
    Entrant("engine", "streams.engine", _in_process("engine")),
    Entrant(
        "kafka-streams-tuned",
        "Kafka Streams 4.1, tuned",
        _kafka_streams("tuned", "-Xms1g", "-Xmx1g"),
        makes_changelog=True,
        built=STREAMS,
    ),
    Entrant(
        "kafka-streams",
        "Kafka Streams 4.1, as it comes",
        _kafka_streams("default"),
        makes_changelog=True,
        built=STREAMS,
    ),
    Entrant("quix", "Quix Streams 3.28", _quix("tuned"), makes_changelog=True, built=QUIX),
    Entrant("plain-faust", "plain Faust, one event at a time", _in_process("plain_faust"), one_in=10),
)
