"""Sends what waits in an outbox, until it is killed: OUTBOX URL KEY_FILE TIMEOUT_S [EVENTS to put in]."""

import sys

from sambung.client import GatewayAddress, Outbox
from tests.sambung.client.cases import of_a_person

CHUNK = 500


def main(path: str, url: str, key_file: str, timeout_s: str, events: str = "0") -> None:
    numbers = range(int(events))
    with Outbox(path) as outbox:
        for first in range(0, len(numbers), CHUNK):
            outbox.put_all((of_a_person(number), "") for number in numbers[first : first + CHUNK])
        sys.stdout.write("sending\n")
        sys.stdout.flush()
        outbox.send(GatewayAddress(url, key_file, timeout_s=float(timeout_s)), patience_s=120)


if __name__ == "__main__":
    main(*sys.argv[1:])
