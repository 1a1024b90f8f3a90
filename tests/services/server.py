"""A server for tests that can be killed, and stopped in order."""

import signal
import subprocess
from abc import ABC, abstractmethod
from typing import ClassVar


class Server(ABC):
    """One process; what it keeps outlives it."""

    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    """Told to shut down, without waiting for clients to go."""
    stops_s: ClassVar[float]
    """How long it may take to shut down in order before it is killed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def start(self) -> None:
        """Start the process."""

    def kill(self) -> None:
        """`kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """In order, as an operator does."""
        if self._process is not None:
            self._process.send_signal(self.stop_signal)
            try:
                self._process.wait(self.stops_s)
            except subprocess.TimeoutExpired:
                self.kill()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None
