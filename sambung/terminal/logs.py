"""What processes log, on stderr: JSON lines for machines, one text line each for people at a terminal.

What Faust and Kafka's client log comes out in the same form, warnings and worse only, and what they repeat,
once in a while: a client that misses a topic says so 4,000 times a second.
"""

import logging
import sys
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

import structlog
from structlog.typing import Processor

REPEATED_S: Final = 10.0
"""Time in which the same words of a library are logged once."""
_REMEMBERED: Final = 1_000
"""Most different words looked out for; then it begins anew."""

_FIRST = ("timestamp", "level", "event")
_SHARED: list[Processor] = [
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def log_from(level: int, form: str | None = None) -> str:
    """Log from this level of `logging` on; of the libraries warnings, or nothing from `ERROR` on.

    What makes a command fail is told by the command itself, in a sentence; the libraries repeat it in ten.
    Mode's timers warn whenever the machine is busy, and say nothing that anybody could act on.

    `form` is `json` or `text`; by default text on a terminal. Returns which it is.
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
    handler.addFilter(OnceInAWhile())
    logging.basicConfig(level=libraries, handlers=[handler], force=True)
    logging.getLogger("mode.timers").setLevel(logging.ERROR)
    structlog.configure(
        processors=[*_SHARED, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # whatever that is by then
    )
    return chosen


class OnceInAWhile(logging.Filter):
    """Holds back what was said a moment ago, and says how often when it lets it through again."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[tuple[str, str], tuple[float, int]] = {}
        """By logger and words: when last, and how often it was held back since then."""

    def filter(self, record: logging.LogRecord) -> bool:
        words, now = record.getMessage(), self._clock()
        at, held = self._said.get((record.name, words), (now - REPEATED_S, 0))
        if now - at < REPEATED_S:
            self._said[record.name, words] = at, held + 1
            return False
        if len(self._said) >= _REMEMBERED:
            self._said.clear()
        self._said[record.name, words] = now, 0
        if held:
            record.msg, record.args = f"{words} (and {held:,} times since {now - at:.0f} s ago)", ()
        return True


def _rendered(form: str) -> list[Processor]:
    if form == "text":
        return [structlog.processors.KeyValueRenderer(key_order=list(_FIRST), drop_missing=True)]
    return [_in_order, structlog.processors.JSONRenderer(ensure_ascii=False)]


def _in_order(_logger: Any, _method: str, event: Any) -> Any:
    return {name: event[name] for name in (*_FIRST, *event) if name in event}
