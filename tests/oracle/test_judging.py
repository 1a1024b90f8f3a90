"""What the oracle refuses, and what it takes for the same content."""

from itertools import chain
from random import Random
from typing import Any

import pytest

from models.places import Places
from tests.builders import Event, enrollment, inspection, line, outreach
from tests.oracle.awkward import Village
from tests.oracle.broken import ARABIC, FLAWS, SAMPLES, TOO_LARGE, Flaw
from tests.oracle.disguises import DISGUISES
from tests.oracle.judging import Accepted, judge

PLACES = Places.load()


def accepted(event: Event) -> Accepted:
    found = judge(event["type"], line(event), PLACES)
    assert isinstance(found, Accepted), found
    return found


@pytest.mark.parametrize("flaw", [*chain(*FLAWS), TOO_LARGE], ids=lambda flaw: flaw.name)
def test_every_flaw_is_refused_with_its_reason(flaw: Flaw) -> None:
    assert judge(flaw.type, flaw.spoil(SAMPLES[flaw.type]), PLACES) == flaw.reason


def test_a_type_that_another_topic_has_is_on_the_wrong_topic_and_no_type_is_invalid() -> None:
    value = line(enrollment(member_id="3404071708900001"))
    assert judge("inspection", value, PLACES) == "wrong_topic"
    for type_ in ("enrolment", None, ["enrollment"]):
        assert judge("enrollment", line(enrollment(type=type_)), PLACES) == "invalid"


def test_a_megabyte_is_not_yet_too_large() -> None:
    value = line(inspection())
    assert isinstance(judge("inspection", value.ljust(1_048_576), PLACES), Accepted)


@pytest.mark.parametrize(
    "event",
    [
        enrollment(revision=2**31 - 1, member_id="A.b_c-" + "9" * 58),
        enrollment(member_id="340407170890000"),
        enrollment(member_id="34040717089000012"),
        enrollment(company_id="w1", declared="Organic", programs=["JP", "JKK", "JP"]),
        enrollment(kind="company", company_id="w1", person=None),
        enrollment(source="340407170890000"),
        enrollment(source="34040717089000012"),
        enrollment(source="3404071708900001 "),
        enrollment(source="NIK 3404071708900001"),
        enrollment(source="3404071708900001".translate(ARABIC)),
        inspection(team="a3404071708900001"),
        enrollment(source="\u200dé\U0001f3ad\u2028" * 16),
        outreach(headcount=10_000_000, cost_idr=10**15, place="34"),
        outreach(headcount=0, attendees=[f"p{number}" for number in range(5_000)]),
        outreach(companies=[f"c{number}" for number in range(1_000)]),
        inspection(occurred_at="1900-01-01T00:00:00Z", recorded_at="2100-12-31T23:59:59.9999999Z"),
        inspection(occurred_at="2017-09-01T02:00:00-00:00", recorded_at="2017-09-01T02:00:00.5+23:59"),
    ],
)
def test_what_lies_just_inside_the_limits_is_taken(event: Event) -> None:
    assert accepted(event).event_id == event["event_id"]


@pytest.mark.parametrize("disguise", DISGUISES, ids=lambda disguise: disguise.__name__)
def test_one_event_has_one_canonical_text_however_it_is_written(disguise: Any) -> None:
    rng = Random(7)
    for _ in range(100):
        event = Village(story=3).event(rng)
        found = judge(event["type"], disguise(rng, event), PLACES)
        assert isinstance(found, Accepted)
        assert found.body == accepted(event).body


def test_canonical_text_is_the_event_with_defaults_sets_and_instants_in_one_form() -> None:
    event = enrollment(
        programs=["JP", "JKK", "JP"], source='a"é', occurred_at="2017-09-01T09:00:00.1234567+07:00"
    )
    assert accepted(event).body == (
        '{"company_id":null,"declared":null,"event_id":"' + event["event_id"] + '","kind":"worker",'
        '"member_id":"w1","occurred_at":"2017-09-01T02:00:00.123456Z","person":"' + event["person"] + '",'
        '"place":"34.04.07","programs":["JKK","JP"],"recorded_at":"2017-09-05T02:00:00.000000Z",'
        '"revision":0,"source":"a\\"é","status":"active","type":"enrollment"}'
    )
