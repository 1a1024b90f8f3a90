"""Seasons for the simulation: records with topic and value, in the order in which they are published."""

from collections.abc import Iterator
from random import Random
from typing import Any

from tests.builders import DEPOK, GAMPING, SLEMAN, WATES, Event, enrollment, inspection, line, outreach

Records = list[tuple[str, bytes]]

PLACES = (DEPOK, GAMPING, WATES)
CAMPAIGNS = ("a", "b")


def restless_season(seed: int, size: int = 40) -> Records:
    """Few events that are corrected again and again, back and forth: each record changes what is true.

    Two members in different partitions, two shows that move between sub-districts and change who was
    there, one inspection.
    """
    rng = Random(seed)
    revisions: dict[str, int] = {}
    records: Records = []
    for _ in range(size):
        event = rng.choice((_member, _member, _show, _show, _show, _visit))(rng)
        revision = revisions[event["event_id"]] = revisions.get(event["event_id"], -1) + 1
        records.append((event["type"], line(event | {"revision": revision} | dict(_whims(rng)))))
    return [*records, *rng.sample(records, size // 10)]


def _whims(rng: Random) -> Iterator[tuple[str, Any]]:
    if rng.random() < 0.15:
        yield "status", "cancelled"


def _member(rng: Random) -> Event:
    member = rng.choice(("w1", "w4"))
    return enrollment(
        rng.choice((member, member, "w3")),
        name=member,
        day=rng.choice((20, 20, 40)),
        person=rng.choice((None, None, enrollment(member)["person"])),
        company_id=rng.choice((None, None, "c1")),
        place=rng.choice(PLACES),
    )


def _show(rng: Random) -> Event:
    name = rng.choice(("x", "y"))
    return outreach(
        name=name,
        campaign_id=rng.choice(CAMPAIGNS),
        day=rng.choice((1, 1, 15)),
        place=rng.choice((*PLACES, SLEMAN)),
        attendees=rng.choice(((), (), ("w1",), ("w4",), ("w1", "w4"))),
        companies=rng.choice(((), (), ("c1",))),
    )


def _visit(rng: Random) -> Event:
    return inspection("c1", name="v", day=rng.choice((1, 15)), campaign_id=rng.choice(CAMPAIGNS))


def moving_season(seed: int, size: int = 30) -> Records:
    """Members whom only shows nearby can touch, and shows that move away from them and back again."""
    rng = Random(seed)
    members = [
        enrollment(name, day=20, person=None, place=place)
        for name, place in (("w1", DEPOK), ("w2", DEPOK), ("w3", GAMPING), ("w4", WATES))
    ]
    records = [(event["type"], line(event)) for event in members]
    for revision in range(size):
        show = outreach(name=rng.choice("xxy"), day=1, place=rng.choice(PLACES), revision=revision)
        records.append((show["type"], line(show)))
    return records


def crowded_season(seed: int, size: int = 30) -> Records:
    """Members who each enroll once, by persons and an employer, and shows and visits that name them."""
    rng = Random(seed)
    names = [f"w{number}" for number in range(size // 2)]
    events = [enrollment(name, day=20, company_id="c1", place=rng.choice(PLACES)) for name in names]
    events += [
        outreach(name=f"show {number}", campaign_id=rng.choice(CAMPAIGNS), attendees=rng.sample(names, 3))
        for number in range(size // 2 - 1)
    ]
    events.append(inspection("c1", name="v"))
    rng.shuffle(events)
    return [(event["type"], line(event)) for event in events]
