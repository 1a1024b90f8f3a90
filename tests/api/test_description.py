"""The gateway and its description (OpenAPI 3.1) agree, whatever is asked."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.app import create_app
from tests.api.gateways import bearer, gateway_of_store, key, told_by
from tests.api.served import served
from tests.builders import enrollment, outreach
from tests.reports.filled import Filled
from tests.sinks.records import line, statement
from tests.thorough import tries

if TYPE_CHECKING:
    from tests.api.attacker import Attacker

DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text(encoding="utf-8"))


def test_it_is_valid() -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator  # noqa: PLC0415  half a second

    OpenAPIV31SpecValidator(DOCUMENT).validate()
    assert DOCUMENT["openapi"].startswith("3.1")


def test_every_route_is_in_it_and_needs_a_key() -> None:
    assert set(DOCUMENT["paths"]) == {
        "/v1/audit",
        "/v1/campaigns",
        "/v1/campaigns/{campaign_id}",
        "/v1/events",
        "/v1/events/{event_type}/{event_id}",
        "/v1/live",
        "/v1/members/{member_id}/why",
        "/v1/person-key",
        "/v1/places",
        "/v1/rejected",
        "/v1/targets",
    }
    for path in DOCUMENT["paths"].values():
        for operation in path.values():
            assert operation["security"] == [{"key": []}]
            assert {"401", "403", "503"} <= operation["responses"].keys()


LABELS = [
    f"{method.upper()} {path}"
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
    if path != "/v1/live"  # it does not end
]


@pytest.fixture(scope="module")
def attacker() -> "Attacker":
    """Of this process of the tests alone, as what it uses takes seconds to import."""
    from tests.api.attacker import Attacker  # noqa: PLC0415

    return Attacker(DOCUMENT)


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str]]:
    """An application over a store with a little of everything, and a key that may do all."""
    filled = Filled(f"sqlite:///{tmp_path_factory.mktemp('described')}/store.db")
    filled.accept(enrollment("m1"), outreach("wayang", campaign_id="show"))
    filled.apply(statement("m1", lines=(line("show"),)), statement("m2"))
    of = gateway_of_store(filled.url, person_key=b"a key for tests, 32 bytes long ...")
    app = create_app(of)
    yield app, key(of)
    app.state.reading.close()
    of.store.close()
    filled.close()


def test_it_is_served(gate: tuple[Any, str]) -> None:
    app, _ = gate
    assert told_by(app, lambda client: client.get("/v1/openapi.json")).json() == DOCUMENT


@pytest.fixture(scope="module")
def url(gate: tuple[Any, str]) -> Iterator[str]:
    with served(gate[0]) as found:
        yield found


@pytest.mark.parametrize("label", LABELS)
def test_no_request_is_answered_otherwise_than_described(
    attacker: "Attacker", label: str, url: str, gate: tuple[Any, str]
) -> None:
    attacker.attack(label, tries(25), lambda case: attacker.check(case, url, bearer(gate[1])))


@pytest.mark.parametrize("label", LABELS)
def test_no_request_is_answered_without_a_key(attacker: "Attacker", label: str, url: str) -> None:
    def ask(case: Any) -> None:
        case.headers = {name: one for name, one in case.headers.items() if name != "Authorization"}
        assert case.call(base_url=url).status_code in {401, 404}

    attacker.attack(label, tries(5), ask)
