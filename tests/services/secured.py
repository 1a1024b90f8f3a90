"""Apache Kafka behind TLS and logins, with certificates that are made for the test and forgotten after it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tests.services.brokers import SHORT_SESSIONS
from tests.services.kafka import Kafka, kafka_cluster

USER: Final = "sambung"
PASSWORD: Final = "wayang kulit: 19.30 (gratis!)"  # noqa: S105  a test's own, with blanks in it
CLERK: Final = "clerk"
APP: Final = "app"
"""Users without any right, of the same password."""
KEY_PASSWORD: Final = "gamelan"  # noqa: S105
DOORS: Final = ("TLS:SSL", "MUTUAL:SSL", "LOGIN:SASL_SSL", "OPEN:SASL_PLAINTEXT")
"""TLS alone; TLS with a certificate from both sides; a login over TLS; a login without."""
MECHANISMS: Final = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
_MODULE: Final = "org.apache.kafka.common.security"
_RIGHTS: Final = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": f"User:ANONYMOUS;User:{USER}",
}


class Secured(NamedTuple):
    """The cluster, and the files that a client needs."""

    kafka: Kafka
    ca: Path
    stranger: Path
    """Another authority, that signed nothing here."""
    certificate: Path
    key: Path
    """Encrypted with `KEY_PASSWORD`."""
    password: Path

    def over_tls(self, **further: str) -> dict[str, str]:
        return _environment(**{"security_protocol": "SSL", "tls_ca_file": str(self.ca)} | further)

    def over_mutual_tls(self) -> dict[str, str]:
        return self.over_tls(
            tls_cert_file=str(self.certificate), tls_key_file=str(self.key), tls_key_password=KEY_PASSWORD
        )

    def logged_in(self, mechanism: str = "SCRAM-SHA-512", **further: str) -> dict[str, str]:
        settings = {
            "security_protocol": "SASL_SSL",
            "tls_ca_file": str(self.ca),
            "sasl_mechanism": mechanism,
            "sasl_user": USER,
            "sasl_password_file": str(self.password),
        }
        return _environment(**settings | further)


def _environment(**settings: str) -> dict[str, str]:
    return {f"SAMBUNG_{name.upper()}": value for name, value in settings.items()}


@contextmanager
def secured_kafka(folder: Path) -> Iterator[Secured]:
    folder.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    server = authority.issue_cert("127.0.0.1")  # by address alone: `localhost` is another name
    client = authority.issue_cert("sambung.example")
    chain = _written(folder / "server-chain.pem", server.cert_chain_pems)
    store = folder / "server.pem"
    store.write_bytes(_pkcs8(server) + chain.read_bytes())
    ca = _written(folder / "ca.pem", [authority.cert_pem])
    stranger = _written(folder / "stranger.pem", [trustme.CA().cert_pem])
    certificate = _written(folder / "client.pem", client.cert_chain_pems)
    key = folder / "client.key"
    key.write_bytes(_pkcs8(client, KEY_PASSWORD))
    password = folder / "password"
    password.write_text(PASSWORD + "\n")
    users = [
        f'{kind}=[name={user},password="{PASSWORD}"]'
        for user in (USER, CLERK, APP)
        for kind in MECHANISMS
        if kind != "PLAIN"
    ]
    settings = SHORT_SESSIONS | _tls(store, ca) | _logins("login") | _logins("open") | _RIGHTS
    with kafka_cluster(folder / "kafka", doors=DOORS, users=users, **settings) as kafka:
        yield Secured(kafka, ca, stranger, certificate, key, password)


def _tls(store: Path, ca: Path) -> dict[str, str]:
    return {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(store),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(ca),
        "listener.name.mutual.ssl.client.auth": "required",
    }


def _logins(door: str) -> dict[str, str]:
    scram = f"{_MODULE}.scram.ScramLoginModule required;"
    plain = f'{_MODULE}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
    return {f"listener.name.{door}.sasl.enabled.mechanisms": ",".join(MECHANISMS)} | {
        f"listener.name.{door}.{kind.lower()}.sasl.jaas.config": plain if kind == "PLAIN" else scram
        for kind in MECHANISMS
    }


def _pkcs8(certificate: trustme.LeafCert, password: str = "") -> bytes:
    """The private key in the only form that Kafka reads."""
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    encryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def _written(path: Path, parts: Sequence[trustme.Blob]) -> Path:
    path.write_bytes(b"".join(part.bytes() for part in parts))
    return path
