"""National ids come in by their two fields alone, and leave no trace."""

import hmac
import json
import logging
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest

from api.gateway import Gateway
from models.person_key import fingerprint
from tests.api.gateways import asked, bearer, gateway, key
from tests.api.intake.sending import kept, ndjson, reasons, rejected, sent
from tests.builders import Event, company, enrollment, inspection, outreach, person

KEY = b"0123456789abcdef" * 4
NIK = "3404071234567890"
PARTS = "3404 0712 3456 7890"
"""Not the 16 digits in a row that are masked everywhere."""


@pytest.fixture
def of(tmp_path: Path) -> Gateway:
    return gateway(tmp_path, person_key=KEY)


def without(event: Event, *names: str) -> Event:
    return {name: value for name, value in event.items() if name not in names}


def hashed(national_id: str) -> str:
    return hmac.new(KEY, national_id.encode(), sha256).hexdigest()


WORKER = without(enrollment(), "person")
SHOW = without(outreach(), "attendees")


def published(of: Gateway) -> dict[str, Any]:
    ((_, _, value),) = kept(of)
    found: dict[str, Any] = json.loads(value)
    return found


def test_a_national_id_becomes_the_person(of: Gateway) -> None:
    assert sent(of, ndjson(WORKER | {"nik": NIK})).status_code == 200
    assert published(of)["person"] == hashed(NIK)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(WORKER)[:-1].encode() + rb', "\u006eik": "\u0033404071234567890"}',
        json.dumps(WORKER)[:-1].encode() + f', "nik": 1, "nik": "{NIK}"}}'.encode(),
        ndjson(WORKER | {"nik": NIK, "person": None}),
    ],
    ids=["escaped", "repeated", "beside null"],
)
def test_the_field_is_known_however_it_is_written(of: Gateway, body: bytes) -> None:
    assert sent(of, body).status_code == 200
    assert published(of)["person"] == hashed(NIK)


def test_attendees_become_hashes(of: Gateway) -> None:
    assert sent(of, ndjson(SHOW | {"attendee_niks": [NIK, "1" * 16]})).status_code == 200
    assert published(of)["attendees"] == sorted([hashed(NIK), hashed("1" * 16)])


@pytest.mark.parametrize(
    "event", [WORKER | {"nik": None}, SHOW | {"attendee_niks": None}, SHOW | {"attendee_niks": []}]
)
def test_none_given_is_none(of: Gateway, event: Event) -> None:
    assert sent(of, ndjson(event)).status_code == 200
    assert not published(of).get("person")
    assert not published(of).get("attendees")


@pytest.mark.parametrize(
    ("event", "pointers"),
    [
        (WORKER | {"nik": PARTS}, ["/nik"]),
        (WORKER | {"nik": 3404071234567890}, ["/nik"]),
        (WORKER | {"nik": [PARTS]}, ["/nik"]),
        (WORKER | {"nik": NIK, "person": person("w1")}, ["/nik"]),
        (WORKER | {"nik": PARTS, "place": "Depok"}, ["/nik", "/place"]),
        (company() | {"nik": NIK}, ["/nik"]),
        (SHOW | {"attendee_niks": PARTS}, ["/attendee_niks"]),
        (SHOW | {"attendee_niks": [NIK, PARTS]}, ["/attendee_niks/1"]),
        (SHOW | {"attendee_niks": [NIK] * 5_001}, ["/attendee_niks"]),
        (SHOW | {"attendee_niks": [NIK], "attendees": [person("a")]}, ["/attendee_niks"]),
        (inspection() | {"nik": NIK}, ["/nik"]),
        (WORKER | {"attendee_niks": [NIK]}, ["/attendee_niks"]),
        (WORKER | {"NIK": PARTS}, ["/NIK"]),
        (WORKER | {"data": {"nik": PARTS}}, ["/data"]),
    ],
)
def test_a_field_that_is_wrong_is_told_and_kept_without_what_stood_in_it(
    of: Gateway, event: Event, pointers: list[str]
) -> None:
    answer = sent(of, ndjson(event))
    assert reasons(answer) == ["invalid"]
    assert [one["pointer"] for one in answer.json()["results"][0]["errors"]] == pointers
    (record,) = rejected(of)
    assert '"***"' in (record.value or "")
    assert no_digits_of_it(answer.text + repr(record))


def no_digits_of_it(text: str) -> bool:
    return not any(part in text for part in (NIK, PARTS, "3404071", "0712 3456", "34567890"))


@pytest.mark.parametrize(
    "value",
    [
        f'{{"nik": "{PARTS}"'.encode(),
        f"{{nik: {PARTS}}}".encode(),
        f'{{"\\u006eik": "{PARTS}", }}'.encode(),
        f'{{"nik": "{PARTS}", "x": NaN}}'.encode(),
        b'{"a":' * 20 + f'{{"nik": "{PARTS}"}}'.encode() + b"}" * 20,
        f'{{"nik": "{PARTS}", "x": "\\ud800"}}'.encode(),
        f'{{"nik": "{PARTS}", "nik": "***", "type": "x"}}'.encode(),
        f'{{"x": {{"nik": "{PARTS}"}}, "x": 1, "type": "x"}}'.encode(),
        f'"nik {PARTS}"'.encode(),
        f'[{{"nik": "{PARTS}"}}]'.encode(),
        f'{{"source": "{NIK}"}}'.encode("utf-16-le"),
        b'{"pad": "' + b"x" * 1_048_576 + f'", "nik": "{PARTS}"}}'.encode(),
    ],
    ids=[
        "cut",
        "no JSON",
        "escaped",
        "NaN",
        "deep",
        "half a pair",
        "masked",
        "replaced",
        "text",
        "list",
        "UTF-16",
        "large",
    ],
)
def test_what_cannot_be_read_is_kept_without_digits(of: Gateway, value: bytes) -> None:
    answer = sent(of, value)
    assert answer.status_code == 422
    (record,) = rejected(of)
    assert no_digits_of_it(answer.text + repr(record) + repr(record.raw().value).replace("\\x00", ""))


def test_a_national_id_elsewhere_is_refused_and_masked(of: Gateway) -> None:
    answer = sent(of, ndjson(WORKER | {"source": NIK, "nik": NIK}))
    assert reasons(answer) == ["raw_national_id"]
    assert no_digits_of_it(answer.text + repr(rejected(of)))
    assert hashed(NIK) not in repr(rejected(of))


def test_without_a_key_national_ids_are_not_taken(tmp_path: Path) -> None:
    of = gateway(tmp_path)
    answer = sent(of, ndjson(enrollment(), WORKER | {"nik": NIK}))
    assert (answer.status_code, answer.json()["reason"]) == (503, "no_person_key")
    assert kept(of) == []
    assert sent(of, ndjson(WORKER)).status_code == 200


def test_an_app_that_hashes_can_check_its_key(of: Gateway) -> None:
    token = key(of)
    told = asked(of, lambda client: client.get("/v1/person-key", headers=bearer(token))).json()
    wanted = hmac.new(KEY, b"sambung fingerprint", sha256).hexdigest()[:16]
    assert told == {"fingerprint": wanted} == {"fingerprint": fingerprint(KEY)}
    assert sent(of, ndjson(WORKER), token, sambung_person_key=wanted).status_code == 200
    answer = sent(of, ndjson(WORKER), token, sambung_person_key="0" * 16)
    assert (answer.status_code, answer.json()["reason"]) == (409, "other_person_key")


def test_neither_logs_nor_metrics_have_any(
    of: Gateway, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.ERROR, "httpx")  # the client
    sent(of, ndjson(WORKER | {"nik": PARTS}, WORKER | {"source": NIK}))
    answer = asked(of, lambda client: client.get(f"/v1/members/{NIK}/why?{NIK}"))
    assert (answer.status_code, answer.json()["reason"]) == (404, "no_such_route")
    logged = caplog.text + "".join(capsys.readouterr())
    metrics = generate_latest(of.metrics.registry).decode()
    assert no_digits_of_it(answer.text + logged + metrics)
    assert 'sambung_gateway_requests_total{route="none",status="404"} 1.0' in metrics
    assert 'sambung_gateway_requests_total{route="/v1/events",status="422"} 1.0' in metrics
