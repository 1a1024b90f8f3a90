"""A process of the command `sambung` that ends with this one, however that ends (`starter.py`)."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO, Final

STOP_S: Final = 7.0
"""How long a process may take to end before it is killed."""
LONGEST_LINE_BYTES: Final = 1 << 20
"""Of its standard output."""


@dataclass(kw_only=True)
class Child:
    arguments: Sequence[str]
    """Of the command."""
    hear: Callable[[bytes], None] = lambda _: None
    """Is given each line of its standard output."""
    settings: dict[str, str] = field(default_factory=dict)
    """Of its environment, before those of this process."""
    passed_on: tuple[int, ...] = ()
    """File descriptors that it keeps open."""
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    async def start(self, log: IO[bytes] | None = None) -> None:
        """Its standard error is the log, or else that of this process. Raises OSError."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "sambung",
            *self.arguments,
            stdin=subprocess.PIPE,  # closes when this process ends, however that happens
            stdout=subprocess.PIPE,
            stderr=log,
            env=os.environ | self.settings,
            pass_fds=self.passed_on,
            start_new_session=True,  # Ctrl-C reaches this process only, which ends the others
            limit=LONGEST_LINE_BYTES,
        )

    @property
    def pid(self) -> int | None:
        """None while it does not run."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def ended(self) -> int:
        """Its exit code; below 0 the signal that ended it."""
        assert self._process is not None  # noqa: S101  it was started
        assert self._process.stdout is not None  # noqa: S101  a pipe
        async for line in self._process.stdout:
            self.hear(line)
        return await self._process.wait()

    async def stop(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
