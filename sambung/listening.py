"""Where the gateway listens: a socket that is bound and, off this machine, has TLS."""

import os
import socket
import ssl
from ipaddress import ip_address
from typing import Final, NamedTuple

from api.serving.server import BACKLOG, Listener
from models.settings import Settings
from sambung.terminal.exits import Exit, Failed, reason_of

_FILES: Final = "SAMBUNG_GATEWAY_TLS_CERT_FILE and SAMBUNG_GATEWAY_TLS_KEY_FILE"


class Address(NamedTuple):
    host: str
    port: int
    plain_http: bool
    """Whether other machines may reach it without TLS."""


def listener_at(address: Address, settings: Settings) -> Listener:
    """A socket that listens soon. Raises Failed."""
    tls = _tls(settings)
    if tls is None and not address.plain_http and not _is_loopback(address.host):
        raise Failed(
            Exit.WRONG_USE,
            f"At {address.host} other machines would reach the gateway, and keys and people's data would "
            f"travel readably. Set {_FILES}; or, behind a proxy that does TLS, say so: --plain-http",
        )
    try:
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        bound = socket.create_server((address.host, address.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise Failed(
            Exit.WRONG_USE,
            f"The gateway cannot listen at {address.host}:{address.port} ({_reason(error)}). Name another "
            "address or port: --host, --port",
        ) from error
    return Listener(bound, tls)


def url_of(listener: Listener, host: str) -> str:
    """Where people on this machine reach it."""
    address = ip_address(host) if _is_number(host) else None
    if address is not None and address.is_unspecified:
        host = "127.0.0.1"
    shown = f"[{host}]" if ":" in host else host
    scheme = "http" if listener.tls is None else "https"
    return f"{scheme}://{shown}:{listener.socket.getsockname()[1]}"


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _reason(error: OSError) -> str:
    """Without the address, which the socket module adds."""
    return os.strerror(error.errno).lower() if error.errno else reason_of(error)


def _is_loopback(host: str) -> bool:
    return ip_address(host).is_loopback if _is_number(host) else host == "localhost"


def _tls(settings: Settings) -> ssl.SSLContext | None:
    certificate, key = settings.gateway_tls_cert_file, settings.gateway_tls_key_file
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise Failed(
            Exit.WRONG_USE,
            f"{_FILES} go together, and only one is set.",
        )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, _no_password)
    except (OSError, ValueError) as error:
        raise Failed(
            Exit.WRONG_USE,
            f"{_FILES} cannot be used: {certificate} must hold a certificate and {key} its private key, both "
            "in PEM and not encrypted, and this user must be able to read them.",
        ) from error
    return context


def _no_password() -> str:
    """OpenSSL would ask at the terminal."""
    return ""
