"""Ports for servers that a test starts by number."""

import socket
from random import SystemRandom
from typing import Final

OURS: Final = range(10_000, 32_768)
"""Below those that Linux gives to outgoing connections: one of them may take a port that no server holds."""


def free_ports(count: int) -> list[int]:
    """On 127.0.0.1, each another."""
    found: list[int] = []
    for port in SystemRandom().sample(OURS, len(OURS)):
        if len(found) == count:
            break
        if _is_free(port):
            found.append(port)
    return found


def free_port() -> int:
    [port] = free_ports(1)
    return port


def _is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False
