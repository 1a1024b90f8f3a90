"""Errors name the wrong settings, before any broker is contacted and without secrets."""

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from models.settings import Settings
from sambung.connecting import connection_to, for_embedded
from sambung.terminal.exits import Failed
from streams.engine.kafka.connection import Connection, Login

BROKER = "kafka.example:9093"
LOGIN: dict[str, Any] = {"sasl_user": "sambung", "sasl_password": "gamelan"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority, a certificate, its key, the key encrypted, and another key."""
    folder = tmp_path_factory.mktemp("files")
    authority = trustme.CA()
    mine, other = authority.issue_cert("sambung.example"), authority.issue_cert("other.example")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    mine.cert_chain_pems[0].write_to_path(folder / "client.pem")
    mine.private_key_pem.write_to_path(folder / "client.key")
    other.private_key_pem.write_to_path(folder / "other.key")
    encrypted = load_pem_private_key(mine.private_key_pem.bytes(), None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"gamelan")
    )
    (folder / "encrypted.key").write_bytes(encrypted)
    (folder / "password").write_text("gamelan\n")
    (folder / "empty").write_text("\n")
    (folder / "binary").write_bytes(b"\xff\xfe")
    return folder


def connected(**settings: Any) -> Connection:
    return connection_to(BROKER, Settings(**settings))


def refusal(**settings: Any) -> str:
    with pytest.raises(Failed) as refused:
        connected(**settings)
    assert refused.value.code == 2
    assert "gamelan" not in str(refused.value)
    return str(refused.value)


def test_by_default_it_is_plain_text() -> None:
    assert connected() == Connection(BROKER)


def test_a_login_has_its_password_from_the_setting_or_from_a_file(files: Path) -> None:
    given = connected(security_protocol="SASL_PLAINTEXT", **LOGIN)
    read = connected(
        security_protocol="SASL_PLAINTEXT", sasl_user="sambung", sasl_password_file=files / "password"
    )
    assert given == read == Connection(BROKER, None, Login("SCRAM-SHA-512", "sambung", "gamelan"))
    assert "gamelan" not in repr(given)


def test_tls_trusts_only_the_authority_that_is_named(files: Path) -> None:
    tls = connected(security_protocol="SSL", tls_ca_file=files / "ca.pem").tls
    assert tls is not None
    assert (len(tls.get_ca_certs()), tls.check_hostname, tls.verify_mode) == (1, True, ssl.CERT_REQUIRED)
    assert tls.minimum_version == ssl.TLSVersion.TLSv1_2


def test_no_variable_of_openssl_is_obeyed(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "secrets.log"))
    monkeypatch.setenv("SSL_CERT_FILE", str(files / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(files))
    (tmp_path / "system.pem").write_text(trustme.CA().cert_pem.bytes().decode())
    paths = ssl.DefaultVerifyPaths(None, None, "", str(tmp_path / "system.pem"), "", str(tmp_path / "none"))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    tls = connected(security_protocol="SSL").tls
    assert tls is not None
    assert tls.keylog_filename is None
    assert not (tmp_path / "secrets.log").exists()
    mine = ssl.PEM_cert_to_DER_cert((files / "ca.pem").read_text())
    assert len(tls.get_ca_certs(binary_form=True)) == 1
    assert mine not in tls.get_ca_certs(binary_form=True)


@pytest.mark.parametrize(("key", "password"), [("client.key", None), ("encrypted.key", "gamelan")])
def test_a_certificate_of_our_own_goes_with_its_key(files: Path, key: str, password: str | None) -> None:
    shown = connected(
        security_protocol="SSL",
        tls_ca_file=files / "ca.pem",
        tls_cert_file=files / "client.pem",
        tls_key_file=files / key,
        tls_key_password=password,
    )
    assert shown.tls is not None


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"security_protocol": "SASL_SSL", "sasl_user": "sambung"},
            "SAMBUNG_SASL_PASSWORD (or its _FILE) is",
        ),
        ({"security_protocol": "SASL_SSL", "sasl_password": "gamelan"}, "SAMBUNG_SASL_USER is not set, but"),
        (
            LOGIN,
            "SAMBUNG_SASL_USER and SAMBUNG_SASL_PASSWORD would do nothing: SAMBUNG_SECURITY_PROTOCOL is ",
        ),
        (LOGIN | {"security_protocol": "SSL"}, "would do nothing: SAMBUNG_SECURITY_PROTOCOL is SSL."),
        ({"tls_ca_file": "ca.pem"}, "SAMBUNG_TLS_CA_FILE would do nothing"),
        (
            LOGIN | {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN"},
            "SAMBUNG_SASL_MECHANISM is PLAIN, which would send the password readably",
        ),
        (
            LOGIN | {"security_protocol": "SASL_SSL", "sasl_password_file": "password"},
            "SAMBUNG_SASL_PASSWORD and SAMBUNG_SASL_PASSWORD_FILE are both set. Take one away.",
        ),
        (
            {"security_protocol": "SASL_SSL", "sasl_user": "sambung", "sasl_password_file": "none"},
            "SAMBUNG_SASL_PASSWORD_FILE: none cannot be read: no such file or directory.",
        ),
        (
            {"security_protocol": "SASL_SSL", "sasl_user": "sambung", "sasl_password_file": "empty"},
            "SAMBUNG_SASL_PASSWORD_FILE: empty holds no password.",
        ),
        (
            {"security_protocol": "SASL_SSL", "sasl_user": "sambung", "sasl_password_file": "binary"},
            "SAMBUNG_SASL_PASSWORD_FILE: binary holds no password.",
        ),
        ({"security_protocol": "SSL", "tls_ca_file": "none"}, "SAMBUNG_TLS_CA_FILE: none cannot be read"),
        ({"security_protocol": "SSL", "tls_ca_file": "password"}, "holds no certificate in PEM."),
        (
            {"security_protocol": "SSL", "tls_cert_file": "client.pem"},
            "SAMBUNG_TLS_CERT_FILE is set without SAMBUNG_TLS_KEY_FILE.",
        ),
        (
            {"security_protocol": "SSL", "tls_key_file": "client.key"},
            "SAMBUNG_TLS_KEY_FILE is set without SAMBUNG_TLS_CERT_FILE.",
        ),
        (
            {"security_protocol": "SSL", "tls_key_password": "gamelan"},
            "SAMBUNG_TLS_KEY_PASSWORD is set without SAMBUNG_TLS_CERT_FILE.",
        ),
        (
            {"security_protocol": "SSL", "tls_cert_file": "client.pem", "tls_key_file": "other.key"},
            "SAMBUNG_TLS_CERT_FILE and SAMBUNG_TLS_KEY_FILE cannot be used",
        ),
        (
            {"security_protocol": "SSL", "tls_cert_file": "client.pem", "tls_key_file": "encrypted.key"},
            "what the key is encrypted with",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(
    files: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], message: str
) -> None:
    monkeypatch.chdir(files)
    if settings.get("security_protocol") == "SSL":
        settings = {"tls_ca_file": "ca.pem"} | settings
    elif settings.get("security_protocol") == "SASL_SSL":
        settings = {"tls_ca_file": files / "ca.pem"} | settings
    assert message in refusal(**settings)


def test_a_broker_of_our_own_is_told_nothing_of_it(files: Path) -> None:
    settings = Settings(
        security_protocol="SASL_SSL", tls_ca_file=files / "ca.pem", replication=3, partitions=7, **LOGIN
    )
    mine = for_embedded(settings)
    assert connection_to(BROKER, mine) == Connection(BROKER)
    assert (mine.replication, mine.partitions) == (1, 7)
