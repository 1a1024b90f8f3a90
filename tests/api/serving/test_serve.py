"""`sambung serve` as a process: where it may listen, how it ends, and when it is not ready."""

import socket
import threading
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest
import trustme
from sqlalchemy import text

from sinks.base import Origin
from sinks.sql import SqlSink
from sinks.store import open_store
from tests.api.gateways import bearer
from tests.api.serving.served import Served, answer_to, served
from tests.builders import enrollment, line
from tests.end_to_end.runs import sambung


def refused(tmp_path: Path, *options: str, **settings: str) -> str:
    """What it says on stderr, in one line, when it does not start."""
    database = f"sqlite:///{tmp_path}/sambung.db"
    open_store(database).dispose()
    return refused_at(database, *options, **settings)


def refused_at(database: str, *options: str, **settings: str) -> str:
    done = sambung("serve", "--database", database, *options, **settings)
    assert done.returncode == 2
    return " ".join(done.stderr.split())


def test_it_listens_off_this_machine_only_with_tls_or_when_told(tmp_path: Path) -> None:
    said = refused(tmp_path, "--journal", str(tmp_path / "journal"), "--host", "0.0.0.0")  # noqa: S104  refused
    assert "keys and people's data would travel readably" in said
    assert "--plain-http" in said


def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refused(tmp_path, "--journal", str(tmp_path / "journal"), "--port", port)
    assert f"The gateway cannot listen at 127.0.0.1:{port} (address already in use)" in said


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"SAMBUNG_PERSON_KEY": "short"},
            "The key of the person hashes is missing or shorter than 32",
        ),
        ({"SAMBUNG_GATEWAY_TLS_CERT_FILE": "/nowhere"}, "go together, and only one is set."),
        (
            {"SAMBUNG_GATEWAY_TLS_CERT_FILE": "/nowhere", "SAMBUNG_GATEWAY_TLS_KEY_FILE": "/nowhere"},
            "cannot be used: /nowhere must hold a certificate",
        ),
    ],
)
def test_a_wrong_setting_is_a_sentence(tmp_path: Path, settings: dict[str, str], sentence: str) -> None:
    assert sentence in refused(tmp_path, "--journal", str(tmp_path / "journal"), **settings)


def test_a_store_of_another_release_is_a_sentence(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/sambung.db"
    engine = open_store(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE store_revision SET version_num = '0002'"))
    engine.dispose()
    options = ("--journal", str(tmp_path / "journal"), "--port", "0")
    assert "Run `sambung migrate" in refused_at(database, *options)


def test_without_a_broker_it_asks_for_one(tmp_path: Path) -> None:
    assert "--broker HOST:PORT" in refused(tmp_path)


def test_it_serves_tls(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    both = str(tmp_path / "both.pem")
    settings = {"SAMBUNG_GATEWAY_TLS_CERT_FILE": both, "SAMBUNG_GATEWAY_TLS_KEY_FILE": both}
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with served(tmp_path, settings=settings, trusted=str(tmp_path / "ca.pem")) as of:
        answer = httpx.get(f"https://127.0.0.1:{of.port}/healthz", verify=of.trusted)
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_it_ends_streams_and_requests_in_time(tmp_path: Path) -> None:
    with served(tmp_path) as of:
        ended: list[float] = []

        def stream() -> None:
            with httpx.stream("GET", f"{of.url}/v1/live", headers=bearer(of.token), timeout=30) as answer:
                for _ in answer.iter_raw():
                    pass
            ended.append(monotonic())

        reader = threading.Thread(target=stream)
        reader.start()
        half = of.connect()
        half.sendall(of.head("Content-Length: 100") + b"{")
        sleep(1)
        stopped = monotonic()
        of.process.terminate()
        reader.join(15)
        assert ended[0] - stopped < 2
        assert of.process.wait(12) == 128 + 15
        assert monotonic() - stopped < 12
        half.close()


def test_a_request_that_is_whole_is_still_answered_when_it_is_to_end(tmp_path: Path) -> None:
    body = line(enrollment())
    with served(tmp_path) as of, of.connect() as one:
        one.sendall(of.head(f"Content-Length: {len(body)}") + body[:50])
        sleep(0.3)
        of.process.terminate()
        sleep(0.5)
        one.sendall(body[50:])
        assert answer_to(one).startswith(b"HTTP/1.1 200")


def ready(of: Served) -> list[str]:
    missing: list[str] = httpx.get(f"{of.url}/readyz").json()["missing"]
    return missing


def until_ready_reasons(of: Served, part: str) -> None:
    deadline = monotonic() + 10
    while not any(part in reason for reason in ready(of)):
        assert monotonic() < deadline, ready(of)
        sleep(0.1)


def test_it_is_not_ready_while_its_places_are_not_the_stream_s(tmp_path: Path) -> None:
    with served(tmp_path) as of:
        until_ready_reasons(of, "no stream yet")
        sink = SqlSink(f"sqlite:///{of.folder}/sambung.db")
        sink.open_generation(Origin("cluster", "0.2.0", 4, "rules", "other places"), 0)
        sink.close()
        until_ready_reasons(of, "the list of places is not the stream's")


def test_it_ends_when_another_release_has_migrated_the_store(tmp_path: Path) -> None:
    with served(tmp_path) as of:
        engine = open_store(f"sqlite:///{of.folder}/sambung.db")
        with engine.begin() as connection:
            connection.execute(text("UPDATE store_revision SET version_num = '9999'"))
        engine.dispose()
        assert of.process.wait(15) == 3
        assert "The store has the schema 9999 now" in " ".join(of.log.read_text().split())


def test_metrics_are_for_this_machine_alone(tmp_path: Path) -> None:
    with served(tmp_path) as of:
        assert "sambung_gateway_requests_total" in httpx.get(f"{of.url}/metrics").text
        assert httpx.get(f"{of.url}/metrics", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 404
