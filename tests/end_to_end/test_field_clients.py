"""Clients of the real gateway, killed and cut off: every event is in the tables exactly once."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sambung.client import PersonKey
from sambung.lists.across_rows import Event
from tests.end_to_end.runs import port_in, rows, sambung, sambung_here, started, tables_for, wrong_rows
from tests.end_to_end.workers import Cluster
from tests.sambung.client.cases import of_a_person
from tests.sambung.client.flaky_gateway import Gateway, at_random, running
from tests.sambung.client.killing import FAULTS, send_and_kill
from tests.sambung.lists.sheets import HEADERS, NIK, row, xlsx
from tests.services.brokers import Brokers
from tests.stores import run
from tests.thorough import tries

pytestmark = pytest.mark.broker

EVENTS = tries(6_000)
KEY = "an example of thirty-two bytes.."
AS = ("--as", "enrollment", "--source", "sleman-office")


@dataclass(frozen=True)
class Office:
    """A stream with its store, and a gateway before it."""

    cluster: Cluster
    url: str
    token: str

    def publish(self, folder: Path, file: Path, outbox: str = "outbox.db") -> str:
        (folder / "list.key").write_text(self.token)
        given = [
            "--gateway",
            self.url,
            "--key-file",
            str(folder / "list.key"),
            "--outbox",
            str(folder / outbox),
        ]
        done = sambung("publish", str(file), *AS, *given)
        assert done.returncode == 0, done.stderr
        self.cluster.wait_until_stored()
        return done.stdout


@pytest.fixture(scope="module")
def office(brokers: Brokers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with ExitStack() as stack:
        address = stack.enter_context(brokers.new())
        cluster = Cluster(brokers.connection(address), folder, f"sqlite:///{folder / 'sambung.db'}")
        cluster.create_first_topics()
        cluster.start(stack, "worker")
        made = sambung_here(
            "keys", "create", "app", "--scope", "publish:enrollment", "--database", cluster.database
        )
        options = ("--broker", address, "--database", cluster.database, "--port", "0")
        settings = {"SAMBUNG_PERSON_KEY": KEY, "SAMBUNG_GATEWAY_REQUESTS_PER_MINUTE": "100000"}
        stack.enter_context(started("serve", *options, log=folder / "gateway.log", **settings))
        yield Office(cluster, f"http://127.0.0.1:{port_in(folder / 'gateway.log')}", made.stdout.strip())


def hashed(event: Event) -> bytes:
    nik = event.pop("nik", None)
    person = {"person": PersonKey(KEY.encode()).person(nik)} if nik else {}
    return json.dumps(event | person).encode()


def standing(office: Office) -> dict[str, Any]:
    """Revision by member."""
    bodies = [json.loads(body) for (body,) in run(office.cluster.database, "SELECT body FROM event")]
    return {body["member_id"]: body["revision"] for body in bodies}


def test_a_client_that_is_killed_again_and_again_gets_every_event_in_once(
    office: Office, tmp_path: Path
) -> None:
    proxy = Gateway(fault=at_random(11, 0.4, FAULTS), seconds_a_request=0.5, upstream=office.url)
    with running(proxy):
        send_and_kill(proxy, tmp_path, office.token, EVENTS)
    office.cluster.wait_until_stored()
    sent = [hashed(of_a_person(number)) for number in range(EVENTS)]
    assert wrong_rows(tables_for(sent), office.cluster.database) == []
    assert rows(office.cluster.database, "rejected") == []


def test_a_list_sent_again_and_again_is_in_the_tables_once(office: Office, tmp_path: Path) -> None:
    people = [
        row(number, Nomor_Peserta=f"list-{number}", NIK="" if number % 2 else NIK) for number in range(20)
    ]
    before = len(standing(office))
    for again in (people, people, people[::-1], [row(50, Nomor_Peserta="list-50"), *people]):
        office.publish(tmp_path, xlsx(tmp_path / "list.xlsx", [HEADERS, *again]))
    assert len(standing(office)) == before + 21
    people[1] = row(1, Nomor_Peserta="list-1", NIK="", Tanggal="30/12/2017")
    people[2] = row(2, Nomor_Peserta="list-2", NIK=NIK[::-1])
    for _ in range(2):
        office.publish(tmp_path, xlsx(tmp_path / "list.xlsx", [HEADERS, *people]))
    revisions = {member: revision for member, revision in standing(office).items() if revision}
    assert revisions == {"list-1": 1, "list-2": 1}

    known = [one for one in people if not one[HEADERS.index("NIK")]]
    office.publish(tmp_path, xlsx(tmp_path / "list.xlsx", [HEADERS, *known]), "another.db")
    assert {member: revision for member, revision in standing(office).items() if revision} == revisions
