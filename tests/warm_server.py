"""A process that has imported all of `sambung`, and forks for each command that tests/warm.py asks it for.

Requests come by the socket at its standard input, each with the files of a command. It answers with the
process id, and once more when its own child that forked the command has ended: who asked has adopted the
command then. A command that starts others has such a process too: a fork made before the command began.
"""

import ctypes
import fcntl
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tests import warm

IMPORTED: Final = (
    *("alembic.command", "uvloop", "sinks.migrations.revisions"),
    *("sambung.cli.main", "sambung.gateway", "sambung.publishing"),
    *("sambung.replay.replaying", "sambung.worker.serving"),
)
REQUEST_BYTES: Final = 1 << 20
STARTERS: Final = frozenset({"office-stream", "rejected", "replay", "topics", "up", "worker"})
"""Commands that start other ones."""
FILES: Final = 500
"""No process has so many."""
_SET_NAME: Final = 15
"""Linux' PR_SET_NAME."""


def next_request() -> dict[str, Any]:
    """What this process, a new one, is to do; in the server itself it does not return."""
    with socket.socket(fileno=os.dup(0)) as channel:
        channel.send(b"ready")
        while True:
            message, files, _, _ = socket.recv_fds(channel, REQUEST_BYTES, 30)
            if not message:
                os._exit(0)
            between = os.fork()
            if not between:
                if pid := os.fork():
                    channel.send(str(pid).encode())
                    os._exit(0)
                request: dict[str, Any] = json.loads(message)
                _put(files, request.pop("numbers"))
                return request
            for file in files:
                os.close(file)
            os.waitpid(between, 0)
            channel.send(b"adopted")


def _put(files: list[int], numbers: list[int]) -> None:
    """Above all numbers first, so that none of them is in the way of another."""
    above = [fcntl.fcntl(file, fcntl.F_DUPFD, FILES) for file in files]
    for file in files:
        os.close(file)
    for file, number in zip(above, numbers, strict=True):
        os.dup2(file, number)
        os.close(file)


def become(
    module: str, arguments: list[str], environment: dict[str, str], folder: str, *, new_session: bool
) -> None:
    """Do what `python -m module` does."""
    if new_session:
        os.setsid()
    if module == "sambung" and arguments and arguments[0] in STARTERS and "--no-sink" not in arguments:
        _have_a_helper()
    _be_called("python", [*warm.PYTHON, module, *arguments])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ |= environment
    os.chdir(folder)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _have_a_helper() -> None:
    """A child that forks for this process as the server did for its own parent; it ends with this one."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if not os.fork():
        os.dup2(its.fileno(), 0)
        os.closerange(1, FILES)
        ours.detach()
        its.detach()
        os.open(os.devnull, os.O_RDWR)
        os.dup(1)
        _be_called(warm.HELPER, [])
        become(**next_request())
        return
    its.close()
    assert ours.recv(100) == b"ready"
    warm.helper[:] = [ours]
    cold = subprocess.Popen._execute_child  # type: ignore[attr-defined]

    def execute_child(popen: "subprocess.Popen[Any]", args: Any, *given: Any) -> None:
        (warm.execute_child if tuple(args[:3]) == (*warm.PYTHON, "sambung") else cold)(popen, args, *given)

    subprocess.Popen._execute_child = execute_child  # type: ignore[attr-defined]


def _be_called(name: str, arguments: list[str]) -> None:
    """Where `ps` and /proc look for it."""
    ctypes.CDLL(None).prctl(_SET_NAME, name.encode(), 0, 0, 0)
    numbers = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    begin, end = map(int, numbers[45:47])
    text = "\0".join(arguments).encode()[: end - begin - 1]
    ctypes.memmove(begin, text.ljust(end - begin, b"\0"), end - begin)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()
    become(**next_request())
