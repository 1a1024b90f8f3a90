"""A worker on Apache Kafka behind TLS and a login: its rows are the oracle's, and refusals are reported."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from models.settings import Settings
from sambung.connecting import connection_to
from tests.end_to_end.runs import (
    PATIENCE_S,
    ROOT,
    replay,
    sambung,
    tables_for,
    until,
    url,
    written,
    wrong_rows,
)
from tests.end_to_end.workers import Cluster
from tests.services.rights import commands, grant
from tests.services.secured import CLERK, KEY_PASSWORD, MECHANISMS, PASSWORD, Secured, secured_kafka
from tests.strategies import awkward_season

pytestmark = [pytest.mark.broker, pytest.mark.service]


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured_kafka(tmp_path_factory.mktemp("secured")) as made:
        yield made


@pytest.fixture
def cluster(secured: Secured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """Through the door for logins, by SCRAM-SHA-512."""
    environment = secured.logged_in()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)  # the test's own clients log in too
    connection = connection_to(secured.kafka.door("LOGIN"), Settings())
    made = Cluster(connection, tmp_path, url(tmp_path / "sambung.db"))
    made.settings |= environment
    return made


def test_a_worker_logs_in_over_tls_and_its_rows_are_right(cluster: Cluster) -> None:
    created = cluster.create_topics()
    assert created.returncode == 0, created.stderr
    with ExitStack() as running:
        cluster.start(running, "only")
        until(lambda: "worker_started" in cluster.log("only").read_text(), "started")
        cluster.publish([line for line in b"\n".join(awkward_season(21, 400)).split(b"\n") if line])
        cluster.wait_until_stored()
    assert wrong_rows(tables_for(cluster.published), Path(cluster.database.removeprefix("sqlite:///"))) == []
    assert PASSWORD not in cluster.log("only").read_text()


def test_a_replay_by_its_own_broker_minds_none_of_it(cluster: Cluster) -> None:
    lines = [line for line in b"\n".join(awkward_season(22, 60)).split(b"\n") if line]
    store = cluster.folder / "own.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAMBUNG_REPLICATION", "3")
        replay(store, written(cluster.folder / "own.ndjson", lines))
    assert wrong_rows(tables_for(lines), store) == []


def run(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Exit code and words, which give no secret away."""
    done = sambung(*arguments, **environment)
    message = " ".join((done.stdout + done.stderr).split())
    assert not [word for word in ("Traceback", PASSWORD, KEY_PASSWORD) if word in message]
    return done.returncode, message


def asked(address: str, tmp_path: Path, environment: dict[str, str]) -> tuple[int, str]:
    """What becomes of a new store there."""
    return run(
        environment, "topics", "create", "--broker", address, "--database", url(tmp_path / "asking.db")
    )


def is_let_in(address: str, tmp_path: Path, environment: dict[str, str]) -> bool:
    """Whether the broker answered, before anything else is asked of it."""
    database = url(tmp_path / "no.db")
    _, message = run(environment, "doctor", "--json", "--broker", address, "--database", database)
    (broker,) = [finding for finding in json.loads(message) if finding["what"] == "broker"]
    return bool(broker["well"])


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_every_mechanism_logs_in(secured: Secured, tmp_path: Path, mechanism: str) -> None:
    assert is_let_in(secured.kafka.door("LOGIN"), tmp_path, secured.logged_in(mechanism))


def test_scram_logs_in_without_tls(secured: Secured, tmp_path: Path) -> None:
    environment = secured.logged_in(security_protocol="SASL_PLAINTEXT")
    del environment["SAMBUNG_TLS_CA_FILE"]
    assert is_let_in(secured.kafka.door("OPEN"), tmp_path, environment)


def test_tls_alone_and_tls_of_both_sides(secured: Secured, tmp_path: Path) -> None:
    assert is_let_in(secured.kafka.door("TLS"), tmp_path, secured.over_tls())
    assert is_let_in(secured.kafka.door("MUTUAL"), tmp_path, secured.over_mutual_tls())


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_wrong_password_is_told(secured: Secured, tmp_path: Path, mechanism: str) -> None:
    wrong = tmp_path / "password"
    wrong.write_text("guessed")
    address = secured.kafka.door("LOGIN")
    code, message = asked(address, tmp_path, secured.logged_in(mechanism, sasl_password_file=str(wrong)))
    assert code == 3
    assert message == (
        f"The broker {address} refuses the login of user sambung by {mechanism}. See that the user is known "
        "there, and look at SAMBUNG_SASL_USER, SAMBUNG_SASL_PASSWORD (or its _FILE) and "
        "SAMBUNG_SASL_MECHANISM."
    )


def test_a_certificate_of_an_unknown_authority_is_told(secured: Secured, tmp_path: Path) -> None:
    address = secured.kafka.door("TLS")
    code, message = asked(address, tmp_path, secured.over_tls(tls_ca_file=str(secured.stranger)))
    assert code == 3
    assert message.startswith(f"The certificate of the broker {address} is not trusted: ")
    assert message.endswith("Name the authority that signed it in SAMBUNG_TLS_CA_FILE.")


def test_a_certificate_of_another_name_is_told(secured: Secured, tmp_path: Path) -> None:
    address = secured.kafka.door("TLS").replace("127.0.0.1", "localhost")
    code, message = asked(address, tmp_path, secured.over_tls())
    assert code == 3
    assert "'localhost'" in message
    assert message.endswith("Connect under a name that stands in it.")


def test_no_certificate_where_one_is_wanted_is_told(secured: Secured, tmp_path: Path) -> None:
    code, message = asked(secured.kafka.door("MUTUAL"), tmp_path, secured.over_tls())
    assert code == 3
    assert "SAMBUNG_TLS_CERT_FILE, SAMBUNG_TLS_KEY_FILE" in message


@pytest.mark.parametrize("door", ["TLS", "LOGIN", "OPEN"])
def test_plain_text_at_a_door_that_wants_more_is_told(secured: Secured, tmp_path: Path, door: str) -> None:
    address = secured.kafka.door(door)
    code, message = asked(address, tmp_path, {})
    assert code == 3
    assert message == (
        f"The broker {address} does not talk to us (hung up): that port may want more than PLAINTEXT, as "
        "SAMBUNG_SECURITY_PROTOCOL says, or less."
    )


def test_tls_at_a_door_for_plain_text_is_told(secured: Secured, tmp_path: Path) -> None:
    code, message = asked(secured.kafka.address, tmp_path, secured.over_tls())
    assert code == 3
    assert "SAMBUNG_SECURITY_PROTOCOL" in message


def test_names_that_are_not_ours_are_not_obeyed(secured: Secured, tmp_path: Path) -> None:
    """An authority that is trusted, and secrets that are written out, by variables of OpenSSL's."""
    secrets = tmp_path / "secrets.log"
    secrets.write_text("")
    others = {"SSL_CERT_FILE": str(secured.ca), "SSLKEYLOGFILE": str(secrets)}
    assert is_let_in(secured.kafka.door("TLS"), tmp_path, secured.over_tls() | others)
    written_out = [line for line in secrets.read_text().splitlines() if not line.startswith("#")]
    assert written_out == []
    environment = {"SAMBUNG_SECURITY_PROTOCOL": "SSL"} | others
    code, message = asked(secured.kafka.door("TLS"), tmp_path, environment)
    assert code in (2, 3)  # 2 on a system without any authorities
    assert "SAMBUNG_TLS_CA_FILE" in message


def test_the_rights_that_are_documented_are_enough_and_none_are_not(
    cluster: Cluster, secured: Secured
) -> None:
    as_clerk = secured.logged_in(sasl_user=CLERK)
    cluster.settings |= as_clerk
    without = cluster.create_topics()
    assert without.returncode == 2
    assert "AuthorizationFailed" in without.stderr
    documented = commands(ROOT / "docs/operating/secure.md")
    asyncio.run(grant(secured.kafka.address, CLERK, documented))
    until(lambda: cluster.create_topics().returncode == 0, "allowed", PATIENCE_S)
    with ExitStack() as running:
        cluster.start(running, "clerk")
        until(lambda: "worker_started" in cluster.log("clerk").read_text(), "started")
        cluster.publish([line for line in b"\n".join(awkward_season(23, 100)).split(b"\n") if line])
        cluster.wait_until_stored()
