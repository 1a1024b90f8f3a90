"""No role finds a person or the content of an event where it must not, wherever it looks in a whole season.

The store has events with persons and attendees, revisions that were replaced, and refused records with
content; the server has its statistics of all of them.
"""

import json
import re
from collections.abc import Iterator

import pytest

from models.events import EVENTS, canonical
from models.tables.audiences import RoleKind
from models.tables.columns import wire_text
from sambung.season import simulate
from sinks.sql import SqlSink
from sinks.store import migrate
from tests.builders import enrollment, line, outreach, person
from tests.end_to_end.prying import everything
from tests.end_to_end.runs import replay, sambung_here, written
from tests.services.postgres import Postgres
from tests.services.roles import connecting, let_read_by_release_0_1_0, new_role
from tests.sinks.records import batch
from tests.stores import run

pytestmark = pytest.mark.broker

SEED = 15
NATIONAL_ID = "3404071208850001"
IS_BODY = re.compile(r'recorded_at(?:\\|"|&quot;)+:').search
HASHES = re.compile(r"[0-9a-f]{64}").findall
DIGEST = "5eb3" * 16
"""Of a key of an app; where it is found, the key's table is."""
LOOKER, LOOKED_AT = "key-that-looked", "member-looked-at"
"""In the table `access`."""
LONG = 40
"""Characters of a refused value that are seen nowhere else by chance."""


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    messy = [one for one in b"".join(simulate("mini", SEED).lines()).split(b"\n") if one.strip()]
    return [
        *messy,
        line(outreach("wayang", day=1, attendees=["w1", "w2"])),
        line(enrollment("w1", day=3)),
        line(enrollment("w2", day=3, place=person("w2"))),
        line(enrollment("w3", day=3, source=NATIONAL_ID)),
        json.dumps({"who": person("w1")}).encode(),
    ]


@pytest.fixture(scope="module")
def store(lines: list[bytes], postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = postgres.new_database()
    replay(url, written(tmp_path_factory.mktemp("roles") / "season.ndjson", lines))
    _replace_an_event(url)
    for name, digest in (("app", DIGEST), ("page", "0" * 64), ("other", "f" * 64)):
        run(url, f"INSERT INTO api_key VALUES ('{name}', '{digest}', 'read:members', NULL, now(), NULL)")
    run(url, f"INSERT INTO access VALUES (now(), '{LOOKER}', '{LOOKED_AT}', '/v1/members/{{id}}/why')")
    run(url, "CREATE MATERIALIZED VIEW copied AS SELECT * FROM event; ANALYZE")
    return url


def _replace_an_event(url: str) -> None:
    corrected = outreach("wayang", day=1, attendees=["w1", "w2", "w3"], revision=1)
    body = canonical(EVENTS["outreach-event"].model_validate_json(line(corrected)))
    sink = SqlSink(url)
    assert (generation := sink.current_generation())
    assert sink.apply(batch(accepted=(body,), generation=generation.number)).events == 1
    sink.close()


@pytest.fixture(scope="module")
def persons(store: str) -> set[str]:
    found = run(store, "SELECT body FROM event UNION ALL SELECT body FROM event_past")
    events = [json.loads(body) for (body,) in found]
    return {one for event in events for one in (event.get("person"), *event.get("attendees", [])) if one}


def places(url: str, persons: set[str], store: str) -> dict[str, set[str]]:
    """By what was found: where."""
    values = [value for (value,) in run(store, "SELECT value FROM rejected") if value and len(value) >= LONG]
    found: dict[str, set[str]] = {"looked at": set(), "person": set(), "body": set(), "refused": set()}
    found |= {"keys": set(), "looks": set()}
    for place, text in everything(url):
        found["looked at"].add(place)
        if not persons.isdisjoint(HASHES(text)):
            found["person"].add(place)
        if IS_BODY(text):
            found["body"].add(place)
        if DIGEST in text:
            found["keys"].add(place)
        if LOOKER in text or LOOKED_AT in text:
            found["looks"].add(place)
        if any(value in text for value in values):
            found["refused"].add(place)
    return found


def is_of(place: str, *tables: str) -> bool:
    return any(place.startswith((f"public.{table}.", f"public.{table} ")) or place == f"public.{table}"
               for table in tables)  # fmt: skip


def test_the_owner_finds_all_of_it(store: str, persons: set[str]) -> None:
    found = places(store, persons, store)
    everywhere = {
        "public.event", "public.event_past", "public.copied", "public.event copied", "public.event as XML",
        "pg_catalog.pg_stats", "pg_catalog.pg_statistic", "database_to_xml", "schema_to_xml",
    }  # fmt: skip
    assert len(persons) > 50
    assert found["person"] >= everywhere | {"public.rejected"}
    assert found["body"] >= everywhere | {"public.rejected"}
    assert "public.rejected copied" in found["refused"]
    assert found["keys"] >= {
        "public.api_key",
        "public.api_key copied",
        "database_to_xml",
        "pg_catalog.pg_stats",
    }
    assert found["looks"] >= {"public.access", "public.access copied", "database_to_xml"}


def test_a_reader_finds_none_of_it(store: str, persons: set[str]) -> None:
    let_read_by_release_0_1_0(store, role := new_role())
    run(store, f"REVOKE SELECT ON copied FROM {role}")
    assert not persons.isdisjoint(HASHES(repr(run(connecting(store, role), "SELECT body FROM event_past"))))
    migrate(store, {RoleKind.READER: role})
    found = places(connecting(store, role), persons, store)
    assert (found["person"], found["body"], found["refused"]) == (set(), set(), set())
    assert (found["keys"], found["looks"]) == (set(), set())
    assert found["looked at"] >= {
        "public.member", "public.credit", "public.rejected.reason", "public.rejected.event_id",
        "pg_catalog.pg_stats", "pg_catalog.pg_description", "information_schema.columns", "database_to_xml",
    }  # fmt: skip
    assert not [place for place in found["looked at"] if is_of(place, "event", "event_past", "copied")]


def test_an_analyst_finds_it_in_events_alone(store: str, persons: set[str]) -> None:
    migrate(store, {RoleKind.ANALYST: (role := new_role())})
    found = places(connecting(store, role), persons, store)
    assert found["person"] >= {"public.event", "public.event_past"}
    assert found["body"] >= {"public.event", "public.event_past"}
    assert not [place for place in found["looked at"] if is_of(place, "copied")]
    assert (found["keys"], found["looks"]) == (set(), set())
    in_other_tables = {
        place
        for place in found["person"] | found["body"] | found["refused"]
        if place.startswith("public.") and not is_of(place, "event", "event_past")
    }
    assert in_other_tables == set()
    of_refused = "SELECT attname FROM pg_stats WHERE tablename = 'rejected'"
    seen = {name for (name,) in run(connecting(store, role), of_refused)}
    assert "reason" in seen
    assert seen.isdisjoint({"errors", "headers", "key", "value"})


def test_a_gateway_finds_keys_and_not_who_looked_at_whom(store: str, persons: set[str]) -> None:
    migrate(store, {RoleKind.GATEWAY: (role := new_role())})
    found = places(connecting(store, role), persons, store)
    assert "public.api_key" in found["keys"]
    assert found["looks"] == set()


def test_reports_answer_a_reader_as_they_answer_the_owner(store: str) -> None:
    migrate(store, {RoleKind.READER: (role := new_role())})
    for question in (("audit",), ("campaigns",), ("campaigns", "--json")):
        wanted, told = (
            sambung_here(*question, "--database", url) for url in (store, connecting(store, role))
        )
        assert (told.returncode, told.stdout) == (0, wanted.stdout), told.stderr


def _refusals(store: str) -> Iterator[tuple[tuple[str, ...], str]]:
    first, last, member = run(
        store, "SELECT min(committed_at), max(committed_at), (SELECT min(member_id) FROM member) FROM batch"
    )[0]
    for command in ("list", "replay"):
        yield ("rejected", command), "A reader and an analyst do not see what refused records contain"
    for command in (("why", member), ("explain", "--from", wire_text(first), "--to", wire_text(last))):
        yield command, "`sambung migrate --analyst ROLE` makes one"


def test_commands_that_need_more_say_so(store: str) -> None:
    migrate(store, {RoleKind.READER: (role := new_role())})
    for command, words in _refusals(store):
        refused = sambung_here(*command, "--database", connecting(store, role), COLUMNS="200")
        assert (refused.returncode, refused.stdout) == (3, ""), refused.stderr
        assert words in " ".join(refused.stderr.split()), command
