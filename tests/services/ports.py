"""Ports for servers that a test starts by number."""

import socket
from itertools import islice
from random import SystemRandom
from typing import Final

OURS: Final = range(10_000, 32_768)
"""Below those of outgoing connections on Linux, one of which may take a port before its server starts."""
TRIES: Final = 1_000


def free_ports(count: int) -> list[int]:
    """Different ones, on which nobody listens at 127.0.0.1."""
    return list(islice(filter(_is_free, SystemRandom().sample(OURS, TRIES)), count))


def free_port() -> int:
    [port] = free_ports(1)
    return port


def _is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False
