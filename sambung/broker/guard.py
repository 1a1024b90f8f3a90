"""Runs the embedded broker for as long as this process's standard input is open.

Started as a script, with the broker's command as its arguments; prints the broker's process id on standard
output. However the parent ended, a closed input is its one sign on every platform. Imports only the standard
library, to start fast.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

STOP_S = 2.0
FAREWELL = b"."
"""Written by a parent before it closes the input in order."""
ABANDONED = b"abandoned"


def main(command: list[str]) -> int:
    broker = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr)  # noqa: S603  not user input
    signal.signal(signal.SIGTERM, lambda *_: broker.terminate())
    farewell = bytearray()
    threading.Thread(target=_stop_when_input_closes, args=(broker, farewell), daemon=True).start()
    print(broker.pid, flush=True)  # noqa: T201  the parent reads it
    code = broker.wait()
    if farewell == ABANDONED:  # the parent was killed, and cannot remove our folder
        shutil.rmtree(Path.cwd(), ignore_errors=True)
    return code if code >= 0 else 128 - code  # as shells report a signal


def _stop_when_input_closes(broker: subprocess.Popen[bytes], farewell: bytearray) -> None:
    received = b""
    while chunk := os.read(sys.stdin.fileno(), len(FAREWELL)):
        received += chunk
    farewell += received or ABANDONED
    broker.terminate()
    try:
        broker.wait(STOP_S)
    except subprocess.TimeoutExpired:
        broker.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
