"""What processes log: key=value lines on stderr, warnings and worse of the libraries underneath."""

import logging
import sys

import structlog


def log_from(level: int) -> None:
    """Log from this level of `logging` on; of the libraries warnings, or nothing from `ERROR` on.

    What makes a command fail is told by the command itself, in a sentence; the libraries repeat it in ten.
    Mode's timers warn whenever the machine is busy, and say nothing that anybody could act on.
    """
    libraries = logging.WARNING if level < logging.ERROR else logging.CRITICAL
    form = "%(levelname)s %(name)s %(message)s"
    logging.basicConfig(level=libraries, stream=sys.stderr, format=form, force=True)
    logging.getLogger("mode.timers").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # whatever that is by then
    )
