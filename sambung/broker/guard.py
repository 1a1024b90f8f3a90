"""Runs the embedded broker for as long as somebody holds this process's standard input open.

Started as a script of its own, with the broker's command as its arguments; tells the broker's process
id on standard output. A closed input is the one sign of a parent's end that every platform gives,
however the parent ended. Only the standard library, so that it starts in a moment.
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
"""What a parent writes before it closes the input in order."""
LEFT = b"left"


def main(command: list[str]) -> int:
    broker = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr)  # noqa: S603  our own command
    signal.signal(signal.SIGTERM, lambda *_: broker.terminate())
    farewell = bytearray()
    threading.Thread(target=_stop_when_left, args=(broker, farewell), daemon=True).start()
    print(broker.pid, flush=True)  # noqa: T201  the parent reads it
    code = broker.wait()
    if farewell == LEFT:  # killed, so it cannot remove the folder that we are in
        shutil.rmtree(Path.cwd(), ignore_errors=True)
    return code if code >= 0 else 128 - code  # as a shell tells a signal


def _stop_when_left(broker: subprocess.Popen[bytes], farewell: bytearray) -> None:
    said = b""
    while heard := os.read(sys.stdin.fileno(), len(FAREWELL)):
        said += heard
    farewell += said or LEFT
    broker.terminate()
    try:
        broker.wait(STOP_S)
    except subprocess.TimeoutExpired:
        broker.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
