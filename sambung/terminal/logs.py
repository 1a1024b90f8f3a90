"""Logs on stderr: one JSON object per line for machines, text at a terminal.

Faust and Kafka's client log in the same form, warnings and worse only. Their repetitions are suppressed: a
client that misses a topic says so 4,000 times per second.
"""

import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any, Final

import structlog
from structlog.typing import Processor

REPEATED_S: Final = 10.0
"""Time in which the same message of a library is logged once."""
_REMEMBERED: Final = 1_000
"""Most messages remembered; then it starts afresh."""

_FIRST = ("timestamp", "level", "event")
_SHARED: list[Processor] = [
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def log_from(level: int, form: str | None = None) -> str:
    """Log from this level on; libraries log warnings, or nothing if the level is `ERROR` or higher.

    A command reports its own failure in a sentence; the libraries repeat it in ten. Mode's timers warn
    whenever the machine is busy, which nobody can act on.

    `form` is `json` or `text`; by default text on a terminal. Returns the form used.
    """
    chosen = form or ("text" if sys.stderr.isatty() else "json")
    libraries = logging.WARNING if level < logging.ERROR else logging.CRITICAL
    rendered = _rendered(chosen)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_SHARED],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    handler.addFilter(RepeatFilter())
    logging.basicConfig(level=libraries, handlers=[handler], force=True)
    logging.getLogger("mode.timers").setLevel(logging.ERROR)
    structlog.configure(
        processors=[*_SHARED, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: ForgivingLogger(sys.stderr),  # looked up late, as tests replace it
    )
    return chosen


class ForgivingLogger(structlog.PrintLogger):
    """Loses what cannot be written, on a full disk for example: that must stop nobody's work."""

    def msg(self, message: str) -> None:
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


class RepeatFilter(logging.Filter):
    """Suppresses messages repeated within REPEATED_S; the next one says how many were suppressed."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}
        """By logger and message: time of the last one, and how many were suppressed since."""

    def filter(self, record: logging.LogRecord) -> bool:
        message, now = record.getMessage(), self._clock()
        at, suppressed = self._seen.get((record.name, message), (now - REPEATED_S, 0))
        if now - at < REPEATED_S:
            self._seen[record.name, message] = at, suppressed + 1
            return False
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[record.name, message] = now, 0
        if suppressed:
            record.msg, record.args = f"{message} (and {suppressed:,} times since {now - at:.0f} s ago)", ()
        return True


def _rendered(form: str) -> list[Processor]:
    if form == "text":
        return [structlog.processors.KeyValueRenderer(key_order=list(_FIRST), drop_missing=True)]
    return [_in_order, structlog.processors.JSONRenderer(ensure_ascii=False)]


def _in_order(_logger: Any, _method: str, event: Any) -> Any:
    return {name: event[name] for name in (*_FIRST, *event) if name in event}
