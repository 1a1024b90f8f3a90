"""Sends requests byte for byte, also such as no library sends; each answer comes with its headers."""

import socket
from collections.abc import Iterable, Iterator
from typing import Final

from tests.api.serving.attempts import Attempt

ANSWER_S: Final = 30.0
LARGEST_ANSWER: Final = 4 << 20


def answers(port: int, attempts: Iterable[Attempt]) -> Iterator[bytes]:
    """Each on a connection of its own, as some are no HTTP."""
    for attempt in attempts:
        yield answer(port, attempt)


def answer(port: int, attempt: Attempt) -> bytes:
    length = f"Content-Length: {len(attempt.body)}\r\n" if attempt.body else ""
    with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S) as connection:
        connection.sendall(attempt.head + f"{length}Connection: close\r\n\r\n".encode() + attempt.body)
        received = b""
        while len(received) < LARGEST_ANSWER:
            try:
                part = connection.recv(65_536)
            except ConnectionResetError:  # the gateway does not read on after what is no HTTP
                return received
            if not part:
                return received
            received += part
        return received
