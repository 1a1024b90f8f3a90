"""A connection made from the settings; errors in them are reported before any broker is contacted."""

import ssl
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from models.settings import Settings
from sambung.terminal.exits import Exit, Failed, reason_of
from streams.engine.kafka.connection import Connection, Login

_SINGLE_BROKER: Final = {"replication": 1, "internal_retention_days": 0}
_PLAIN_TEXT: Final = {
    "security_protocol": "PLAINTEXT",
    "tls_ca_file": None,
    "tls_cert_file": None,
    "tls_key_file": None,
    "tls_key_password": None,
    "tls_key_password_file": None,
    "sasl_user": None,
    "sasl_password": None,
    "sasl_password_file": None,
}
_LONGEST_PASSWORD_BYTES: Final = 4_096
"""A longer file is not a password file."""


def for_embedded(settings: Settings) -> Settings:
    """The same settings for an embedded broker: no TLS, no login, no replicas."""
    return settings.model_copy(update=_PLAIN_TEXT | _SINGLE_BROKER)


def to_embedded(address: str, *, compact: bool = False) -> Connection:
    """To an embedded broker, which keeps all that is sent in memory: compact takes 0.4 of it, and a quarter
    more of a worker's time.
    """
    return Connection(address, compression="lz4" if compact else None)


def connection_to(broker: str, settings: Settings) -> Connection:
    """Reads all files that the settings name. Raises Failed with the name of the setting that is wrong."""
    protocol = settings.security_protocol
    _refuse_unused(settings, "TLS", used="SSL" in protocol)
    _refuse_unused(settings, "SASL", used="SASL" in protocol)
    tls = _tls(settings) if "SSL" in protocol else None
    login = _login(settings) if "SASL" in protocol else None
    if login and login.mechanism == "PLAIN" and tls is None:
        raise _wrong(
            "SAMBUNG_SASL_MECHANISM is PLAIN, which would send the password readably over "
            "SAMBUNG_SECURITY_PROTOCOL=SASL_PLAINTEXT. Use SASL_SSL, or SCRAM-SHA-512."
        )
    return Connection(broker, tls, login)


def _refuse_unused(settings: Settings, kind: str, *, used: bool) -> None:
    """Whoever sets a password believes that there is a login, so an unused one is an error."""
    prefix = f"{kind.lower()}_"
    given = [
        f"SAMBUNG_{name.upper()}"
        for name, none in _PLAIN_TEXT.items()
        if name.startswith(prefix) and getattr(settings, name) != none
    ]
    if given and not used:
        raise _wrong(
            f"{' and '.join(given)} would do nothing: SAMBUNG_SECURITY_PROTOCOL is "
            f"{settings.security_protocol}. Set it to {'SSL or ' if kind == 'TLS' else ''}SASL_SSL, or take "
            "the others away."
        )


def _login(settings: Settings) -> Login:
    password = _secret(settings, "sasl_password")
    if not settings.sasl_user or not password:
        missing = "SAMBUNG_SASL_USER" if not settings.sasl_user else "SAMBUNG_SASL_PASSWORD (or its _FILE)"
        raise _wrong(f"{missing} is not set, but {settings.security_protocol} wants a login.")
    return Login(settings.sasl_mechanism, settings.sasl_user, password)


def _tls(settings: Settings) -> ssl.SSLContext:
    """Ignores SSLKEYLOGFILE, which `ssl.create_default_context` obeys, and SSL_CERT_FILE and SSL_CERT_DIR."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.tls_ca_file:
        _read("tls_ca_file", settings.tls_ca_file)
        try:
            context.load_verify_locations(settings.tls_ca_file)
        except ssl.SSLError as error:
            raise _wrong(
                f"SAMBUNG_TLS_CA_FILE: {settings.tls_ca_file} holds no certificate in PEM."
            ) from error
    else:
        _trust_the_system(context)
    _load_client_certificate(context, settings)
    return context


def _trust_the_system(context: ssl.SSLContext) -> None:
    paths = ssl.get_default_verify_paths()
    file, folder = Path(paths.openssl_cafile), Path(paths.openssl_capath)
    if not (file.is_file() or folder.is_dir()):
        raise _wrong(
            "This system has no certificates of authorities where OpenSSL looks for them "
            f"({file}, {folder}). Name the brokers' one in SAMBUNG_TLS_CA_FILE."
        )
    context.load_verify_locations(file if file.is_file() else None, folder if folder.is_dir() else None)


def _load_client_certificate(context: ssl.SSLContext, settings: Settings) -> None:
    certificate, key = settings.tls_cert_file, settings.tls_key_file
    password = _secret(settings, "tls_key_password")
    if certificate is None and key is None and password is None:
        return
    if certificate is None or key is None:
        given = "TLS_CERT_FILE" if certificate else "TLS_KEY_FILE" if key else "TLS_KEY_PASSWORD"
        missing = "TLS_KEY_FILE" if certificate else "TLS_CERT_FILE"
        raise _wrong(
            f"SAMBUNG_{given} is set without SAMBUNG_{missing}. A certificate and its key go together."
        )
    _read("tls_cert_file", certificate)
    _read("tls_key_file", key)
    try:
        context.load_cert_chain(certificate, key, lambda: password or "")
    except (ssl.SSLError, ValueError) as error:
        raise _wrong(
            f"SAMBUNG_TLS_CERT_FILE and SAMBUNG_TLS_KEY_FILE cannot be used: {certificate} must hold a "
            f"certificate and {key} its private key, both in PEM, and SAMBUNG_TLS_KEY_PASSWORD (or its "
            "_FILE) what the key is encrypted with."
        ) from error


def _secret(settings: Settings, name: str) -> str | None:
    """A password from its setting or from a file, without the line end."""
    given: SecretStr | None = getattr(settings, name)
    file: Path | None = getattr(settings, f"{name}_file")
    if given is not None and file is not None:
        setting = f"SAMBUNG_{name.upper()}"
        raise _wrong(f"{setting} and {setting}_FILE are both set. Take one away.")
    if file is None:
        return given.get_secret_value() if given is not None else None
    content = _read(f"{name}_file", file, _LONGEST_PASSWORD_BYTES)
    try:
        password = content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        password = ""
    if not password or len(content) > _LONGEST_PASSWORD_BYTES:
        raise _wrong(f"SAMBUNG_{name.upper()}_FILE: {file} holds no password.")
    return password


def _read(name: str, path: Path, most: int = 0) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise _wrong(f"SAMBUNG_{name.upper()}: {path} cannot be read: {reason_of(error)}.") from error


def _wrong(sentence: str) -> Failed:
    return Failed(Exit.WRONG_USE, sentence)
