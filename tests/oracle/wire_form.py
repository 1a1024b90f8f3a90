"""What each field of each event may hold, as spec section 1 lists them: a check and a default for each."""

import re
from collections.abc import Callable
from typing import Any

from tests.oracle.clock import read_instant

Check = Callable[[Any], bool]

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
PROGRAMS = ("JKK", "JKM", "JHT", "JP")
CHANNELS = (
    "wayang",
    "healthy_walk",
    "sailing_race",
    "mass_socialisation",
    "institution_meeting",
    "perisai",
    "other",
)
REQUIRED = object()


def whole(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def one_of(*words: str) -> Check:
    return lambda value: isinstance(value, str) and value in words


def form(pattern: str) -> Check:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def text(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 64 and CONTROL.search(value) is None


def nullable(check: Check) -> Check:
    return lambda value: value is None or check(value)


def list_of(check: Check, most: int) -> Check:
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(check, value))


def instant(value: object) -> bool:
    return read_instant(value) is not None


def campaign(value: object) -> bool:
    return an_id(value) and value != "organic"


uuid = form(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
an_id = form(r"[A-Za-z0-9._-]{1,64}")
person = form(r"[0-9a-f]{64}")
sub_district = form(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}")
any_level = form(r"[0-9]{2}(\.[0-9]{2}){0,2}")
rupiah = whole(0, 10**15)

Fields = dict[str, tuple[Check, Any]]

COMMON: Fields = {
    "event_id": (uuid, REQUIRED),
    "revision": (whole(0, 2**31 - 1), 0),
    "status": (one_of("active", "cancelled"), "active"),
    "occurred_at": (instant, REQUIRED),
    "recorded_at": (instant, REQUIRED),
    "source": (text, REQUIRED),
}
FIELDS: dict[str, Fields] = {
    "enrollment": COMMON
    | {
        "type": (one_of("enrollment"), REQUIRED),
        "member_id": (an_id, REQUIRED),
        "kind": (one_of("worker", "company"), REQUIRED),
        "company_id": (nullable(an_id), None),
        "person": (nullable(person), None),
        "place": (sub_district, REQUIRED),
        "declared": (nullable(campaign), None),
        "programs": (list_of(one_of(*PROGRAMS), 10**9), []),
    },
    "outreach-event": COMMON
    | {
        "type": (one_of("outreach-event"), REQUIRED),
        "campaign_id": (campaign, REQUIRED),
        "channel": (one_of(*CHANNELS), REQUIRED),
        "place": (any_level, REQUIRED),
        "headcount": (whole(0, 10_000_000), REQUIRED),
        "attendees": (list_of(person, 5_000), []),
        "companies": (list_of(an_id, 1_000), []),
        "cost_idr": (rupiah, 0),
    },
    "inspection": COMMON
    | {
        "type": (one_of("inspection"), REQUIRED),
        "campaign_id": (campaign, REQUIRED),
        "company_id": (an_id, REQUIRED),
        "team": (text, REQUIRED),
        "place": (sub_district, REQUIRED),
        "stage": (one_of("visit", "sp1", "sp2", "sanction"), REQUIRED),
        "outcome": (one_of("promised", "refused", "registered", "not_found", "other"), REQUIRED),
        "cost_idr": (rupiah, 0),
    },
}
