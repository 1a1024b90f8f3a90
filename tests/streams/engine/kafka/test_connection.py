"""One value connects every client in the same way, and a refused connection is reported in time."""

import asyncio
import re
import ssl

import pytest
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth

from streams.engine.faust.credentials import faust_credentials
from streams.engine.kafka import probe
from streams.engine.kafka.connection import Connection, Login
from streams.engine.kafka.probe import UnreachableError, cluster_id

TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
LOGIN = Login("SCRAM-SHA-512", "sambung", "gamelan")


@pytest.mark.parametrize(
    ("tls", "login", "protocol"),
    [
        (None, None, "PLAINTEXT"),
        (TLS, None, "SSL"),
        (None, LOGIN, "SASL_PLAINTEXT"),
        (TLS, LOGIN, "SASL_SSL"),
    ],
)
def test_faust_connects_as_our_own_clients_do(
    tls: ssl.SSLContext | None, login: Login | None, protocol: str
) -> None:
    connection = Connection("one:9092,two:9092", tls, login)
    faust = credentials_to_aiokafka_auth(faust_credentials(connection))
    assert faust | {"ssl_context": tls} == connection.security()
    assert connection.protocol == protocol
    assert connection.options()["bootstrap_servers"] == "one:9092,two:9092"


def test_a_password_is_not_shown() -> None:
    assert "gamelan" not in repr(Connection("one:9092", TLS, LOGIN))


def refusal(answer: bytes | None, monkeypatch: pytest.MonkeyPatch) -> str:
    """The error for a broker that sends this answer and hangs up, or for None one that never answers."""
    monkeypatch.setattr(probe, "TIMEOUT_S", 0.3)

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read(1)
            if answer is None:
                await reader.read()
            else:
                writer.write(answer)
        finally:
            writer.close()

    async def scenario() -> None:
        async with await asyncio.start_server(behave, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            await cluster_id(Connection(f"127.0.0.1:1,127.0.0.1:{port}"))

    with pytest.raises(UnreachableError) as refused:
        asyncio.run(scenario())
    return re.sub(r":[0-9]+", "", str(refused.value))


def test_a_broker_that_does_not_answer_is_reported_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "The broker 127.0.0.1 does not answer (no word for 0 s)" in refusal(None, monkeypatch)


def test_a_broker_that_hangs_up_is_reported_rather_than_one_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert refusal(b"", monkeypatch) == (
        "The broker 127.0.0.1 does not talk to us (hung up): that port may want more than PLAINTEXT, as "
        "SAMBUNG_SECURITY_PROTOCOL says, or less."
    )


def test_an_unknown_name_is_reported() -> None:
    with pytest.raises(UnreachableError, match="its name is not known"):
        asyncio.run(cluster_id(Connection("no-such-broker.invalid:9092")))
