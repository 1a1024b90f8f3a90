"""Requests with national ids wherever a client might put one: each time another one, and all are noted.

A free text beside which an id stands (`source` of "NIK 34..."), in an event without another fault, is left
out: such an event is a valid one (docs/spec.md, section 1).
"""

import base64
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from random import Random
from typing import Final, NamedTuple
from urllib.parse import quote

from models.events import EVENTS
from tests.builders import company, enrollment, inspection, line, outreach

KINDS: Final = {"enrollment": enrollment, "outreach-event": outreach, "inspection": inspection}
FIELDS: Final = {
    kind: [one.alias or name for name, one in EVENTS[kind].model_fields.items()] for kind in KINDS
}
UNKNOWN: Final = ("nik", "attendee_niks", "NIK", "Nik", "nik ", "ktp", "data", "", "ключ")
AN_EVENT: Final = "11111111-1111-4111-8111-111111111111"


class Ids:
    """Distinct national ids; `issued` has them all, as 16 digits."""

    def __init__(self) -> None:
        self._rng = Random("national ids")
        self.issued: set[str] = set()
        self.spaced: set[str] = set()
        """Those of them that were sent in groups of four, in the fields for them alone."""

    def next(self) -> str:
        made = f"34{self._rng.randrange(10**13, 10**14)}"
        self.issued.add(made)
        return made

    def in_groups(self) -> str:
        made = self.next()
        self.spaced.add(made)
        return " ".join(made[at : at + 4] for at in range(0, 16, 4))


class Attempt(NamedTuple):
    head: bytes
    """Request line and headers but for those that say how long the body is."""
    body: bytes


def attempts(ids: Ids, token: str, count: int) -> Iterator[Attempt]:
    """Until so many ids were sent, each kind of attempt at least once."""
    while len(ids.issued) < count:
        yield from _batch(ids, token)
        yield from _alone(ids, token)
        yield from _asked(ids, token)


def _batch(ids: Ids, token: str) -> Iterator[Attempt]:
    """Every event of every kind, as lines, compressed, and as lists."""
    events = [*_events(ids), *_no_events(ids)]
    for start in range(0, len(events), 250):
        yield _posted(token, b"\n".join(events[start : start + 250]), "application/x-ndjson")
    several = list(islice(_events(ids), 500))
    yield _posted(token, b"[" + b",".join(several) + b"]", "application/json")
    packed = gzip.compress(b"\n".join(islice(_no_events(ids), 200)))
    yield _posted(token, packed, "application/x-ndjson", {"Content-Encoding": "gzip"})


def _events(ids: Ids) -> Iterator[bytes]:
    """Objects: in each of the known and of some unknown fields every form of an id."""
    for kind, made in KINDS.items():
        for field in (*FIELDS[kind], *UNKNOWN):
            for form in FORMS if field not in FREE_TEXTS else FORMS_OF_TEXT:
                event = line(made(name=f"{kind} {field} {form.__name__}"))
                given = f"{json.dumps(field)}: {form(ids)}".encode()
                yield event[:-1] + b", " + given + b"}"
                yield b"{" + given + b", " + event[1:]  # a later field of that name counts
                yield line(made(ids.next()))
        yield from _of_fields_for_ids(ids, made("w2"))
    yield line(company("c1") | {"nik": ids.next()})


def _text(ids: Ids) -> str:
    return f'"{ids.next()}"'


def _number(ids: Ids) -> str:
    return ids.next()


def _negative_fraction(ids: Ids) -> str:
    return f"-{ids.next()}.{ids.next()}e1"


def _list_of(ids: Ids) -> str:
    return f'["{ids.next()}", {ids.next()}, ["{ids.next()}"]]'


def _object_of(ids: Ids) -> str:
    return f'{{"{ids.next()}": "{ids.next()}", "nik": "{ids.in_groups()}", "x": [{{"NIK": {ids.next()}}}]}}'


def _escaped(ids: Ids) -> str:
    return '"' + "".join(f"\\u003{digit}" for digit in ids.next()) + '"'


def _half_escaped(ids: Ids) -> str:
    made = ids.next()
    return f'"\\u003{made[0]}{made[1:15]}\\u003{made[15]}"'


def _with_control(ids: Ids) -> str:
    return f'"{ids.next()}\\u0000{ids.next()}"'


def _fraction_of_second(ids: Ids) -> str:
    return f'"2017-09-04T02:00:00.{ids.next()}Z"'


def _deep(ids: Ids) -> str:
    return '{"a":' * 20 + f'"{ids.next()}"' + "}" * 20


def _repeated(ids: Ids) -> str:
    """Another field of the same name follows."""
    return f'"{ids.next()}", "source": "{ids.next()}", "source": "x"'


FREE_TEXTS: Final = frozenset({"source", "team"})
FORMS_OF_TEXT: Final[tuple[Callable[[Ids], str], ...]] = (
    *(_text, _number, _negative_fraction, _list_of, _object_of, _escaped, _half_escaped),
    *(_with_control, _deep, _repeated),
)
FORMS: Final = (*FORMS_OF_TEXT, _fraction_of_second)


def _of_fields_for_ids(ids: Ids, event: Mapping[str, object]) -> Iterator[bytes]:
    """Right and wrong use of `nik` and `attendee_niks`; in groups of four, which are no ids elsewhere."""
    bare = {name: one for name, one in event.items() if name not in {"person", "attendees"}}
    for wrong in ({}, {"place": "nowhere"}, {"place": "34.04.99"}, {"revision": -1}, {"person": "x"}):
        for _ in range(5):
            yield line({**bare, **wrong, "nik": ids.next()})
            yield line({**bare, **wrong, "nik": ids.in_groups()})
            yield line({**bare, **wrong, "attendee_niks": [ids.next() for _ in range(9)]})
            yield line({**bare, **wrong, "attendee_niks": [ids.next(), ids.in_groups()]})
    yield line({**bare, "attendee_niks": ids.in_groups()})
    yield line({**bare, "revision": -1, "source": f"NIK {ids.next()}", "member_id": f"id-{ids.next()}"})
    yield line(bare)[:-1] + f', "\\u006eik": "{ids.in_groups()}", "nik": "{ids.next()}"}}'.encode()


def _no_events(ids: Ids) -> Iterator[bytes]:
    """Lines that are no JSON, or no object."""
    for _ in range(20):
        made = ids.next
        yield f"{made()};Budi;{made()}".encode()
        yield f'{{"nik": "{ids.in_groups()}"'.encode()
        yield f"{{'nik': '{ids.in_groups()}', }}".encode()
        yield f'"{made()}"'.encode()
        yield made().encode()
        yield f'[{{"nik": "{ids.in_groups()}"}}]'.encode()
        yield f'{{"type": "{made()}", "event_id": "{made()}"}}'.encode()
        yield f'{{"x": NaN, "nik": "{ids.in_groups()}"}}'.encode()
        yield b'{"x": "\xff", "nik": "' + ids.in_groups().encode() + b'"}'
        yield f'\ufeff{{"nik": "{ids.in_groups()}"}}'.encode()
        yield f'{{"nik": "{made()}"}}'.encode("utf-16-le")
        yield f'{{"source": "{made()}"}}'.encode("utf-16-be")
    yield b'{"pad": "' + b"x" * 1_050_000 + f'", "nik": "{ids.in_groups()}", "x": {made()}}}'.encode()


def _alone(ids: Ids, token: str) -> Iterator[Attempt]:
    """One event per request, with ids in its headers."""
    body = line(enrollment("w3"))
    for name in HEADERS:
        for value in (ids.next(), f'x; nik="{ids.next()}", {ids.next()}', f'"{ids.next()}"'):
            yield _posted(token, body, "application/json", {name: value})
            yield _request("GET", "/v1/campaigns", token, {name: value})
    for name in (f"X-{ids.next()}", ids.next(), f"Nik-{ids.next()}"):
        yield _posted(token, body, "application/json", {name: ids.next()})
    yield _posted(token, body, f"application/{ids.next()}; charset={ids.next()}")
    yield _posted(token, b'{"nik": ' + ids.next().encode(), f"application/json; nik={ids.next()}")
    yield _posted(token, ids.next().encode(), "application/json", {"Content-Encoding": "gzip"})
    for given in ("Bearer {}", "Bearer sb_{}", "{}", "Basic {}"):
        yield _posted("", body, "application/json", {"Authorization": given.format(ids.next())})
    basic = base64.b64encode(f"{ids.next()}:{ids.next()}".encode()).decode()
    yield _posted("", body, "application/json", {"Authorization": f"Basic {basic}"})
    yield Attempt(f"{ids.next()} {ids.next()}\r\n\r\n".encode(), b"")
    yield Attempt(f"POST /v1/events HTTP/{ids.next()}\r\n{ids.next()}\r\n\r\n".encode(), b"")


HEADERS: Final = (
    *("User-Agent", "Accept-Language", "Accept", "Cookie", "Referer", "Origin", "From", "Host", "X-Nik"),
    *("X-Request-Id", "Sambung-Request", "Sambung-Person-Key", "Sambung-Key", "Traceparent", "Forwarded"),
    *("X-Forwarded-For", "X-Forwarded-Proto", "If-None-Match", "Last-Event-ID", "Content-Encoding", "Range"),
)
PATHS: Final = (
    *("/{0}", "/v1/{0}", "/v1/{0}/{1}", "/v1/events/{0}", "/v1/events/enrollment/{0}", "/{0}/../v1/audit"),
    *("/v1/members/{0}/why", "/v1/members/A{0}/why", "/v1/campaigns/{0}", "/v1/places/{0}"),
    *("/v1/live/{0}", "/healthz/{0}", "/metrics/{0}"),
)
QUERIES: Final = ("cursor", "limit", "place", "year", "model", "reason", "type", "nik", "key", "lang")
READS: Final = (
    *("/v1/campaigns", "/v1/places", "/v1/targets", "/v1/rejected", "/v1/audit", "/v1/person-key"),
    *("/v1/openapi.json", "/healthz", "/readyz", f"/v1/events/enrollment/{AN_EVENT}", "/v1/members/w3/why"),
)


def _asked(ids: Ids, token: str) -> Iterator[Attempt]:
    """Paths and queries."""
    for path in PATHS:
        for shown in (str, lambda made: quote(made, safe="").replace("3", "%33"), lambda made: f"+{made}"):
            yield _request("GET", path.format(shown(ids.next()), shown(ids.next())), token)
        yield _request("POST", path.format(ids.next(), ids.next()), token)
    for path in READS:
        for name in QUERIES:
            yield _request("GET", f"{path}?{name}={ids.next()}&{ids.next()}={ids.next()}#{ids.next()}", token)
    cursor = base64.urlsafe_b64encode(json.dumps([ids.next(), ids.next()]).encode()).decode()
    yield _request("GET", f"/v1/campaigns?cursor={cursor}", token)


def _posted(token: str, body: bytes, content_type: str, headers: Mapping[str, str] | None = None) -> Attempt:
    given = {"Content-Type": content_type, **(headers or {})}
    return Attempt(_request("POST", "/v1/events", token, given).head, body)


def _request(method: str, path: str, token: str, headers: Mapping[str, str] | None = None) -> Attempt:
    given = {"Host": "gateway"} | ({"Authorization": f"Bearer {token}"} if token else {}) | (headers or {})
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return Attempt(f"{method} {path} HTTP/1.1\r\n{lines}".encode(), b"")
