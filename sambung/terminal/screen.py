"""Formats results: at most 100 columns wide, money in rupiah."""

import re
import shutil
import sys
import textwrap

from rich.console import Console

WIDEST = 100
"""Columns; fits a page, a mail and half a screen."""


def results() -> Console:
    """Standard output, for a command's result; plain text unless it is a terminal."""
    return Console(file=sys.stdout, width=width(), highlight=False, soft_wrap=False)


def width() -> int:
    """Width of the terminal, at most WIDEST."""
    return min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns)


def rupiah(amount: int) -> str:
    """Whole rupiah.

    >>> rupiah(12345678)
    'Rp 12,345,678'
    """
    return f"Rp {amount:,}"


def wrapped(text: str) -> str:
    """Lines wrapped to the width of the screen; continuation lines are indented under their text."""
    return "\n".join(_wrapped(line) for line in text.split("\n"))


def _wrapped(line: str) -> str:
    start = _START.match(line)
    indent = " " * (start.end() if start else 0)
    text = line[len(indent) :]
    if " | " in text:
        text = text.replace(" ", _UNBROKEN).replace(f"|{_UNBROKEN}", "| ")
    filled = textwrap.fill(
        text,
        width(),
        initial_indent=line[: len(indent)],
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,  # an address that is broken leads nowhere
    )
    return filled.replace(_UNBROKEN, " ")


_UNBROKEN = "\N{NO-BREAK SPACE}"
_START = re.compile(r"\s*(?:[0-9]+\. )?")
