"""What each event went through before it stood as it stands: corrections, cancellations, conflicts, doubles.

The end is the same for a clean season and a messy one: only the last revision of a story is true.
"""

from dataclasses import dataclass, field

from models.instants import DAY_US, SECOND_US
from sambung.season.almanac import MINUTE_US
from sambung.season.dice import Dice
from sambung.season.slips import CLOCK_RESET_US, SLIPS, Cast, mistype
from sambung.season.wire import Event

CORRECTED_PER_MILLE = {"enrollment": 36, "outreach-event": 60, "inspection": 40}
LEAST_CORRECTED = 12
"""In a small season, so that every slip happens."""
TAKEN_BACK_EVERY = 6
"""Of so many corrected events one was cancelled by mistake and restored, instead of wrong."""
CONFLICTS_PER_MILLE = 3
LOST_PER_MILLE = 80
"""Superseded revisions that never arrived at all."""
DOUBLES_PER_MILLE = 9
MISTAKES_PER_MILLE = 4
"""Events that never were, and are cancelled: per thousand of each type."""


@dataclass(frozen=True)
class Version:
    event: Event
    captured_us: int
    """When it was truly captured, whatever its own clock says."""


@dataclass
class Story:
    """One event's revisions. `rivals` have the number of the last one, but lose to it."""

    final: Event
    before: list[Version] = field(default_factory=list)
    rivals: list[Event] = field(default_factory=list)


def tell(events: list[Event], cast: Cast, seed: int) -> list[Story]:
    """A story for every event of the season; `final` says what the event said, perhaps revisions later."""
    stories = [Story(event) for event in events]
    for kind, per_mille in CORRECTED_PER_MILLE.items():
        of_kind = [story for story in stories if story.final["type"] == kind]
        dice = Dice(seed, "corrections", kind)
        count = share(len(of_kind), per_mille, LEAST_CORRECTED)
        for turn, story in enumerate(dice.sample(of_kind, count)):
            _correct(story, turn, cast, dice)
    dice = Dice(seed, "conflicts")
    for turn, story in enumerate(dice.sample(stories, share(len(stories), CONFLICTS_PER_MILLE, 9))):
        story.rivals.append(_rival(story.final, turn, cast, dice))
    return stories


def share(total: int, per_mille: int, least: int) -> int:
    return min(total, max(least, total * per_mille // 1000))


def _correct(story: Story, turn: int, cast: Cast, dice: Dice) -> None:
    """One wrong revision or two, or a cancellation by mistake; every slip of the type has its turn."""
    true = story.final
    slips = SLIPS[true["type"]]
    if turn % TAKEN_BACK_EVERY == 0:
        wrong: list[Event] = [{}, {"status": "cancelled"}]
    else:
        wrong = [slips[turn % len(slips)](true, dice, cast)]
        if dice.chance(250):
            wrong.append(dice.pick(slips)(true, dice, cast))
    recorded_us = true["recorded_at"]
    for revision, slip in enumerate(wrong):
        version = true | {"revision": revision, "recorded_at": recorded_us} | slip
        if not dice.chance(LOST_PER_MILLE):
            story.before.append(Version(version, recorded_us))
        recorded_us += later_us(dice)
    story.final = true | {"revision": len(wrong), "recorded_at": recorded_us}


def later_us(dice: Dice) -> int:
    """Hours or weeks until somebody notices."""
    return dice.quantile((20, 90, 400, 1_500, 4_500, 12_000, 36_000)) * MINUTE_US + dice.below(60) * SECOND_US


def _rival(true: Event, turn: int, cast: Cast, dice: Dice) -> Event:
    """The same revision with other content: captured before, by a reset clock, or in the same instant."""
    slip = dice.pick(SLIPS[true["type"]])(true, dice, cast)
    earlier_us = (true["recorded_at"] - dice.between(1, 600) * MINUTE_US, CLOCK_RESET_US + turn * MINUTE_US)
    if turn % 3 == 2 and _first_place_of(true["place"]) < true["place"]:
        return true | {"place": _first_place_of(true["place"])}
    return true | slip | {"recorded_at": earlier_us[turn % 2]}


def _first_place_of(place: str) -> str:
    """The least code of the same level beside it: at one instant the greater text stands."""
    return place[: max(0, len(place) - 2)] + "01"


def strays(stories: list[Story], cast: Cast, seed: int) -> list[Story]:
    """Events that a messy season has besides: members registered twice, and what never was."""
    told = []
    for kind in CORRECTED_PER_MILLE:
        of_kind = [story.final for story in stories if story.final["type"] == kind]
        dice = Dice(seed, "mistakes", kind)
        chosen = dice.sample(of_kind, share(len(of_kind), MISTAKES_PER_MILLE, 3))
        told += [_never_was(true, cast, dice) for true in chosen]
    enrollments = [story.final for story in stories if story.final["type"] == "enrollment"]
    dice = Dice(seed, "doubles")
    chosen = dice.sample(enrollments, share(len(enrollments), DOUBLES_PER_MILLE, 8))
    return told + [_double(true, turn, dice) for turn, true in enumerate(chosen)]


def _never_was(true: Event, cast: Cast, dice: Dice) -> Story:
    """A show that rain called off, a visit to the wrong door, a form typed under a wrong number."""
    made_up = true | {"event_id": dice.uuid(), "revision": 0}
    if true["type"] == "enrollment":
        wrong = mistype(true["member_id"], dice)
        made_up |= {"member_id": wrong} | ({"company_id": wrong} if true["kind"] == "company" else {})
    elif true["type"] == "inspection":
        made_up |= {"company_id": dice.pick(cast.companies)}
    else:
        shift_us = dice.pick((-21, -7, 7, 14)) * DAY_US
        made_up |= {
            "occurred_at": true["occurred_at"] + shift_us,
            "recorded_at": true["recorded_at"] + max(0, shift_us),
            "attendees": dice.sample(cast.persons, 12),
            "companies": dice.sample(cast.companies, 3),
        }
    return _cancelled(made_up, dice)


def _cancelled(event: Event, dice: Dice) -> Story:
    end = {"revision": 1, "status": "cancelled", "recorded_at": event["recorded_at"] + later_us(dice)}
    return Story(event | end, [] if dice.chance(LOST_PER_MILLE) else [Version(event, event["recorded_at"])])


def _double(true: Event, turn: int, dice: Dice) -> Story:
    """The same member in a second app: later, in the same instant, or, taken back in the end, before."""
    source = dice.pick([app for app in ("kantor-diy", "bpjstku", "sipp-online") if app != true["source"]])
    shift_us = 0 if turn % 8 == 0 else dice.between(20, 9 * 1440) * MINUTE_US
    event_id = dice.uuid()
    if event_id < true["event_id"]:
        event_id = "f" * 8 + event_id[8:]
    double = true | {
        "event_id": event_id,
        "revision": 0,
        "source": source,
        "declared": None,
        "occurred_at": true["occurred_at"] + shift_us,
        "recorded_at": true["recorded_at"] + shift_us,
    }
    if turn % 4 == 1:
        before = double | {"occurred_at": true["occurred_at"] - dice.between(1, 40) * DAY_US}
        return _cancelled(before, dice)
    return Story(double)
