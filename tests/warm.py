"""Starts `sambung` for a test by a fork of a process that has imported it; with TEST_COLD, as people do.

The one takes a tenth of a second of a processor, the other more than one. Nothing else differs: the process
is a child of the test, with its own environment, folder, files and command line. What it starts of `sambung`
itself is a fork too, of a helper that it has from its start (tests/warm_server.py).
"""

import atexit
import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
WARM: Final = sys.platform == "linux" and "TEST_COLD" not in os.environ and "PYTEST_VERSION" in os.environ
PYTHON: Final = (sys.executable, "-m")
HELPER: Final = "warm-helper"
"""Name in /proc of a process that only forks for the command it belongs to."""
ROOM: Final = " " * 4_000
"""Blanks at the end of the server's command line; a fork writes its own command line over all of it."""
_ADOPT_ORPHANS: Final = 36
"""Linux' PR_SET_CHILD_SUBREAPER."""
_asking = threading.Lock()
helper: Final[list[socket.socket]] = []
"""To what forks for this process, where it is itself such a fork."""


class Module(subprocess.Popen[Any]):
    """`python -m` with these arguments, the first a module of this project; options as of Popen."""

    def __init__(self, *arguments: str, **options: Any) -> None:
        super().__init__([*PYTHON, *arguments], **options)

    if WARM:

        def _execute_child(self, *given: Any) -> None:
            execute_child(self, *given)


def execute_child(popen: "subprocess.Popen[Any]", args: Sequence[str], *given: Any) -> None:
    """What Popen does once it has made the pipes."""
    pass_fds, folder, environment, ends, new_session = *given[3:6], given[9:15], given[20]
    stdin, _, _, stdout, _, stderr = ends
    files = [own if own != -1 else number for number, own in enumerate((stdin, stdout, stderr))]
    module, *arguments = args[len(PYTHON) :]
    request = {
        "module": module,
        "arguments": arguments,
        "environment": dict(os.environ if environment is None else environment),
        "folder": str(folder or Path.cwd()),
        "numbers": [0, 1, 2, *pass_fds],
        "new_session": new_session,
    }
    popen.pid = _forked(json.dumps(request).encode(), [*files, *pass_fds])
    popen._child_created = True  # type: ignore[attr-defined]
    popen._close_pipe_fds(*ends)  # type: ignore[attr-defined]


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


def is_helper(pid: int) -> bool:
    """Whether a process only forks for its parent; what has ended does not."""
    try:
        return Path(f"/proc/{pid}/comm").read_text() == f"{HELPER}\n"
    except OSError:
        return False


def _forked(request: bytes, files: list[int]) -> int:
    """Its process id."""
    with _asking:
        channel = helper[0] if helper else _server()
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
        process = subprocess.Popen([*PYTHON, "tests.warm_server", ROOM], stdin=its, env=environment, cwd=ROOT)
    atexit.register(_end, ours, process)
    assert ours.recv(100) == b"ready"
    return ours


def _end(channel: socket.socket, process: "subprocess.Popen[bytes]") -> None:
    channel.close()
    process.wait()
