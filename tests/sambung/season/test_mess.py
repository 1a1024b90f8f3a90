"""Field teams send messy data; it never changes the end result."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass

import pytest

from models.events import Event, canonical
from models.intake.judging import judge, topic_of_line
from models.intake.refusal import Refusal
from models.places import Places
from sambung.season import Season, simulate
from sambung.season.broken import KINDS, Kind
from sambung.season.dice import Dice
from sambung.season.plan import SEASONS
from sambung.season.script import write
from tests.thorough import THOROUGH

PLACES = Places.load(None)
Newest = dict[tuple[str, str], tuple[int, int, bytes]]


def judged(line: bytes) -> Event | Refusal:
    topic = topic_of_line(line)
    return topic if isinstance(topic, Refusal) else judge(topic, line, PLACES)


@dataclass(frozen=True)
class Read:
    """A season and its verdicts."""

    season: Season
    lines: list[bytes]
    accepted: list[Event]
    refused: Counter[str]


def read(season: Season) -> Read:
    lines = [line for line in season.lines() if line.strip()]
    verdicts = [judged(line) for line in lines]
    return Read(
        season,
        lines,
        [verdict for verdict in verdicts if not isinstance(verdict, Refusal)],
        Counter(str(verdict.reason) for verdict in verdicts if isinstance(verdict, Refusal)),
    )


def newest_revisions(events: list[Event]) -> Newest:
    """The newest revision of each event, by the spec's order."""
    newest: Newest = {}
    for event in events:
        key = (event.type, event.event_id)
        candidate = (event.revision, event.recorded_us, canonical(event))
        newest[key] = max(newest.get(key, candidate), candidate)
    return newest


def counted(newest: Newest) -> dict[str, str]:
    """Active members, and the enrollment that counts for each."""
    forms: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for (kind, event_id), (_, _, body) in newest.items():
        event = json.loads(body)
        if kind == "enrollment" and event["status"] == "active":
            forms[event["member_id"]].append((event["occurred_at"], event_id))
    return {member: min(found)[1] for member, found in forms.items()}


Pair = tuple[Read, Read]


@pytest.fixture(scope="module", params=["mini:1", "mini:2", "mini:3", *["diy-2017:2017"] * THOROUGH])
def pair(request: pytest.FixtureRequest) -> Pair:
    """A clean and a messy season of one seed."""
    name, seed = request.param.split(":")
    return read(simulate(name, int(seed), clean=True)), read(simulate(name, int(seed)))


def test_messiness_ends_in_the_same_facts(pair: Pair) -> None:
    clean, messy = (newest_revisions(side.accepted) for side in pair)
    assert all(messy[key] == newest for key, newest in clean.items())
    assert counted(messy) == counted(clean)
    truth = {row["member_id"]: row["enrollment_event_id"] for row in pair[1].season.truth()}
    assert counted(messy) == truth
    extra = [json.loads(messy[key][2]) for key in messy.keys() - clean.keys()]
    assert {event["type"] for event in extra if event["status"] == "active"} == {"enrollment"}


def test_every_clean_line_is_accepted_and_every_event_comes_once(pair: Pair) -> None:
    clean, _ = pair
    assert not clean.refused
    assert len(clean.lines) == len({(event.type, event.event_id) for event in clean.accepted})
    assert all(event.status == "active" for event in clean.accepted)
    clocks = [event.recorded_us for event in clean.accepted]
    assert clocks == sorted(clocks)


def test_broken_lines_are_refused_as_counted(pair: Pair) -> None:
    _, messy = pair
    assert messy.refused == messy.season.broken


def test_some_lines_are_sent_again(pair: Pair) -> None:
    _, messy = pair
    assert 0.03 < messy.season.resent / len(messy.lines) < 0.1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.what} ({kind.type})")
def test_every_way_to_break_a_line_is_refused_for_its_reason(kind: Kind) -> None:
    script = write(SEASONS["mini"], 1, lambda _what: None)
    dice = Dice(1, "test")
    for event in [event for event in script.events if event["type"] == kind.type][:40]:
        verdict = judged(kind.spoil(event, dice))
        assert isinstance(verdict, Refusal)
        assert verdict.reason == kind.reason


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_small_season_has_every_awkward_case(seed: int) -> None:
    found = read(simulate("mini", seed))
    events, lines = found.accepted, found.lines
    versions: dict[tuple[str, str], dict[int, set[bytes]]] = defaultdict(lambda: defaultdict(set))
    for event in events:
        versions[event.type, event.event_id][event.revision].add(canonical(event))
    assert found.season.resent >= 15
    assert len(lines) > len(set(lines))  # the same bytes again
    assert any(len(revisions) > 1 for revisions in versions.values())  # corrections
    assert (
        max(len(bodies) for revisions in versions.values() for bodies in revisions.values()) == 2
    )  # conflicts
    assert {event.status for event in events} == {"active", "cancelled"}
    assert _restored(newest_revisions(events), events)
    assert len({json.loads(body)["member_id"] for body in _forms(events)}) > len(
        counted(newest_revisions(events))
    )
    assert any(event.recorded_us < 1_000_000_000_000_000 for event in events)  # a clock back in 2000
    assert {"+07:00", "+08:00", "Z"} <= {zone(line) for line in lines}


def _forms(events: list[Event]) -> list[bytes]:
    return [canonical(event) for event in events if event.type == "enrollment"]


def _restored(newest: Newest, events: list[Event]) -> bool:
    """True if an event was cancelled and is active again."""
    return any(
        event.status == "cancelled" and b'"status":"active"' in newest[event.type, event.event_id][2]
        for event in events
    )


def zone(line: bytes) -> str:
    """Time offset of the line's `occurred_at`; empty for a broken line."""
    try:
        text = json.loads(line)["occurred_at"]
    except (ValueError, TypeError, KeyError):
        return ""
    return "Z" if text.endswith("Z") else str(text[-6:])


def test_lines_come_out_of_order_and_some_months_late() -> None:
    clocks = [event.recorded_us for event in read(simulate("mini", 1)).accepted]
    assert clocks != sorted(clocks)
    newest = 0
    most_late = 0
    for clock in clocks:
        newest = max(newest, clock)
        most_late = max(most_late, newest - clock)
    assert most_late > 60 * 86_400_000_000
