"""Runs the embedded broker for as long as somebody holds this process's standard input open.

Started as a script of its own, with the broker's command as its arguments; tells the broker's process
id on standard output. A closed input is the one sign of a parent's end that every platform gives,
however the parent ended. Only the standard library, so that it starts in a moment.
"""

import os
import signal
import subprocess
import sys
import threading

STOP_S = 2.0


def main(command: list[str]) -> int:
    broker = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr)  # noqa: S603  our own command
    signal.signal(signal.SIGTERM, lambda *_: broker.terminate())
    threading.Thread(target=_stop_when_left, args=(broker,), daemon=True).start()
    print(broker.pid, flush=True)  # noqa: T201  the parent reads it
    code = broker.wait()
    return code if code >= 0 else 128 - code  # as a shell tells a signal


def _stop_when_left(broker: subprocess.Popen[bytes]) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    broker.terminate()
    try:
        broker.wait(STOP_S)
    except subprocess.TimeoutExpired:
        broker.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
