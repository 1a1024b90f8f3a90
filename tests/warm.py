"""Starts `sambung` for a test by a fork of a process that has imported it; in CI and benches, as people do.

The one takes a tenth of a second of a processor, the other more than one. Nothing else differs: the process
is a child of the test, with its own environment, folder and files.
"""

import atexit
import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.thorough import THOROUGH

ROOT: Final = Path(__file__).parents[1]
WARM: Final = sys.platform == "linux" and not THOROUGH and "PYTEST_VERSION" in os.environ
_PYTHON: Final = (sys.executable, "-m")
_ADOPT_ORPHANS: Final = 36
"""Linux' PR_SET_CHILD_SUBREAPER."""
_asking = threading.Lock()


class Module(subprocess.Popen[Any]):
    """`python -m` with these arguments, the first a module of this project; options as of Popen."""

    def __init__(self, *arguments: str, **options: Any) -> None:
        super().__init__([*_PYTHON, *arguments], **options)

    if WARM:

        def _execute_child(self, args: list[str], *given: Any) -> None:
            """What Popen does once it has made the pipes."""
            folder, environment, ends = given[4], given[5], given[9:15]
            stdin, _, _, stdout, _, stderr = ends
            files = [own if own != -1 else number for number, own in enumerate((stdin, stdout, stderr))]
            module, *arguments = args[len(_PYTHON) :]
            request = {
                "module": module,
                "arguments": arguments,
                "environment": dict(os.environ if environment is None else environment),
                "folder": str(folder or Path.cwd()),
            }
            self.pid = _forked(json.dumps(request).encode(), files)
            self._child_created = True
            self._close_pipe_fds(*ends)  # type: ignore[attr-defined]


def run(*arguments: str, timeout: float, **options: Any) -> "subprocess.CompletedProcess[Any]":
    """To its end, with what it says on both outputs. Raises subprocess.TimeoutExpired."""
    given = options.pop("input", None)
    if given is not None:
        options["stdin"] = subprocess.PIPE
    with Module(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options) as process:
        try:
            told = process.communicate(given, timeout)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, *told)


def _forked(request: bytes, files: list[int]) -> int:
    """Its process id."""
    with _asking:
        channel = _server()
        _adopt(orphans=True)
        try:
            socket.send_fds(channel, [request], files)
            pid = int(channel.recv(100))
            assert channel.recv(100) == b"adopted"
        finally:
            _adopt(orphans=False)
        return pid


def _adopt(*, orphans: bool) -> None:
    assert ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, int(orphans), 0, 0, 0) == 0


@cache
def _server() -> socket.socket:
    """Ends when this process closes its end."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with its:
        process = subprocess.Popen([*_PYTHON, "tests.warm_server"], stdin=its, env=environment, cwd=ROOT)
    atexit.register(_end, ours, process)
    assert ours.recv(100) == b"ready"
    return ours


def _end(channel: socket.socket, process: "subprocess.Popen[bytes]") -> None:
    channel.close()
    process.wait()
