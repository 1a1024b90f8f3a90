"""First connection to a cluster. Kafka's clients only report that they failed; this says why."""

import asyncio
import socket
import ssl
from typing import Final

from aiokafka.conn import AIOKafkaConnection, collect_hosts, create_conn
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from streams.engine.bounded import at_most
from streams.engine.kafka.connection import Connection

TIMEOUT_S: Final = 10.0
"""Timeout per broker, for connection, TLS, login and answer together."""
_NOBODY: Final = "nobody listens there"
_OTHER_NAME: Final = (62, 64)
"""OpenSSL's codes for a certificate of another host or address."""


class UnreachableError(ConnectionError):
    """No broker accepted the connection; the text says which refused what, and the setting to check."""


async def cluster_id(connection: Connection) -> str:
    """Id of the cluster, from the first broker that answers. Raises UnreachableError in bounded time."""
    refusals: list[str] = []
    for host, port, _ in collect_hosts(connection.bootstrap, randomize=False):
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await _ask(host, port, connection)
        except (KafkaError, OSError, ValueError, AssertionError) as error:
            refusals.append(_describe(error, address, connection))
    answered = [refusal for refusal in refusals if _NOBODY not in refusal]
    if answered:
        raise UnreachableError(answered[0])
    raise UnreachableError(
        f"The broker {connection.bootstrap} does not answer ({_NOBODY}). Start it, or look at its address."
    )


async def _ask(host: str, port: int, connection: Connection) -> str:
    opened: AIOKafkaConnection = await create_conn(
        host, port, request_timeout_ms=round(TIMEOUT_S * 1_000), **connection.security()
    )
    try:
        metadata = await opened.send(MetadataRequest([]))
        return str(metadata.cluster_id)
    finally:
        await at_most(1, opened.close)


def _describe(error: Exception, address: str, connection: Connection) -> str:  # noqa: PLR0911  one return per case
    """Text for an error, by the deepest cause that the client has kept."""
    cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
    match cause:
        case ssl.SSLCertVerificationError():
            return _untrusted(cause, address)
        case ssl.SSLError():
            return (
                f"The broker {address} broke off the TLS handshake ({cause.reason or cause}). See that the "
                "port is one for TLS (SAMBUNG_SECURITY_PROTOCOL), and whether it wants a certificate of its "
                "clients (SAMBUNG_TLS_CERT_FILE, SAMBUNG_TLS_KEY_FILE)."
            )
        case SaslAuthenticationFailed() | IllegalSaslStateError() | UnsupportedSaslMechanismError():
            return _login_refused(cause, address, connection)
        case ConnectionRefusedError():
            return f"{address}: {_NOBODY}"
        case socket.gaierror():
            return f"The broker {address} does not answer (its name is not known). Look at its address."
        case TimeoutError():
            return (
                f"The broker {address} does not answer (no word for {TIMEOUT_S:.0f} s). See that it is up, "
                "and that the port speaks what SAMBUNG_SECURITY_PROTOCOL says, now "
                + connection.protocol
                + "."
            )
        case ValueError() | AssertionError() if connection.login:
            return f"The broker {address} could not prove in turn that it knows the user: {cause}"
    return _hung_up(cause, address, connection)


def _untrusted(error: ssl.SSLCertVerificationError, address: str) -> str:
    remedy = "Name the authority that signed it in SAMBUNG_TLS_CA_FILE"
    if error.verify_code in _OTHER_NAME:
        remedy = "Connect under a name that stands in it"
    return f"The certificate of the broker {address} is not trusted: {error.verify_message}. {remedy}."


def _login_refused(error: KafkaError, address: str, connection: Connection) -> str:
    login = connection.login
    assert login is not None  # noqa: S101  without one the client does not log in
    if isinstance(error, SaslAuthenticationFailed):
        return (
            f"The broker {address} refuses the login of user {login.user} by {login.mechanism}. See that the "
            "user is known there, and look at SAMBUNG_SASL_USER, SAMBUNG_SASL_PASSWORD (or its _FILE) and "
            "SAMBUNG_SASL_MECHANISM."
        )
    return (
        f"The broker {address} takes no login by {login.mechanism} on that port. Look at "
        "SAMBUNG_SASL_MECHANISM and SAMBUNG_SECURITY_PROTOCOL."
    )


def _hung_up(error: Exception, address: str, connection: Connection) -> str:
    how = "hung up" if isinstance(error, EOFError | ConnectionError | KafkaConnectionError) else str(error)
    return (
        f"The broker {address} does not talk to us ({how}): that port may want more than "
        f"{connection.protocol}, as SAMBUNG_SECURITY_PROTOCOL says, or less."
    )
