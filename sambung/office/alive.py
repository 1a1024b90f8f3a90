"""Whether the gateway answers, asked without a library for HTTP."""

import asyncio
import ssl
from typing import Final

LOOK_S: Final = 0.1
ANSWER_S: Final = 5.0


async def until_alive(host: str, port: int, *, has_tls: bool) -> None:
    """Return when the gateway answers `/healthz`."""
    tls = _unverified() if has_tls else None
    while not await _is_alive(host, port, tls):  # noqa: ASYNC110  another process's state
        await asyncio.sleep(LOOK_S)


async def _is_alive(host: str, port: int, tls: ssl.SSLContext | None) -> bool:
    try:
        async with asyncio.timeout(ANSWER_S):
            reader, writer = await asyncio.open_connection(host, port, ssl=tls)
            try:
                writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                await writer.drain()
                return (await reader.readline()).split()[1:2] == [b"200"]
            finally:
                writer.close()
    except OSError:  # a TimeoutError is one
        return False


def _unverified() -> ssl.SSLContext:
    """Nothing is told to the gateway, and its certificate names another host than this one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
