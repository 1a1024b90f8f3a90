"""A process that has imported all of `sambung`, and forks for each command that tests/warm.py asks it for.

Requests come by the socket at its standard input, each with the three standard files of a command. It answers
with the process id, and once more when its own child that forked the command has ended: who asked has adopted
the command then.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
from typing import Any, Final

IMPORTED: Final = (
    *("alembic.command", "uvloop", "sinks.migrations.revisions"),
    *("sambung.cli.main", "sambung.gateway", "sambung.publishing"),
    *("sambung.replay.replaying", "sambung.worker.serving"),
)
REQUEST_BYTES: Final = 1 << 20


def next_request() -> dict[str, Any]:
    """What this process, a new one, is to do; in the server itself it does not return."""
    with socket.socket(fileno=os.dup(0)) as channel:
        channel.send(b"ready")
        while True:
            message, files, _, _ = socket.recv_fds(channel, REQUEST_BYTES, 3)
            if not message:
                os._exit(0)
            between = os.fork()
            if not between:
                if pid := os.fork():
                    channel.send(str(pid).encode())
                    os._exit(0)
                for number, file in enumerate(files):
                    os.dup2(file, number)
                    os.close(file)
                request: dict[str, Any] = json.loads(message)
                return request
            for file in files:
                os.close(file)
            os.waitpid(between, 0)
            channel.send(b"adopted")


def become(module: str, arguments: list[str], environment: dict[str, str], folder: str) -> None:
    """Do what `python -m module` does."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ |= environment
    os.chdir(folder)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()
    become(**next_request())
