"""A process of the office: its output goes to a log, what it tells to the supervisor."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from sambung.terminal.child import Child

LAST_WORDS_BYTES: Final = 4_096


class LogLine(msgspec.Struct):
    """The part of a line of a log that says what went wrong."""

    error: str = ""


@dataclass(kw_only=True)
class LoggedChild(Child):
    name: str
    """As people read it: `gateway`."""
    log: Path
    settings: dict[str, str] = field(default_factory=lambda: {"SAMBUNG_LOG": "json"})
    _began_at: int = field(default=0, init=False)
    """Size of the log when it was started last."""

    async def start_logged(self) -> None:
        """Raises OSError, when the disk is full for example."""
        with self.log.open("ab") as log:
            self._began_at = log.tell()
            await self.start(log)

    def last_error(self) -> str:
        """The last sentence in its log on what went wrong, or the last line; empty if there is none."""
        lines = [line for line in _end_of(self.log, self._began_at).splitlines() if line.strip()]
        errors = [found for line in lines if (found := _error_in(line))]
        return errors[-1] if errors else (lines[-1].decode(errors="replace") if lines else "")


def _end_of(log: Path, after: int) -> bytes:
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - LAST_WORDS_BYTES, after if after <= size else 0))
            return file.read()
    except FileNotFoundError:
        return b""


def _error_in(line: bytes) -> str:
    try:
        return msgspec.json.decode(line, type=LogLine).error
    except msgspec.MsgspecError:
        return ""
