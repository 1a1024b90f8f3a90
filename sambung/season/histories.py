"""Histories of events: corrections, cancellations, conflicts and duplicates before the last revision.

Only the last revision is true. It is the same in a clean season and a messy one.
"""

from dataclasses import dataclass, field

from models.instants import DAY_US, SECOND_US
from sambung.season.almanac import MINUTE_US
from sambung.season.dice import Dice
from sambung.season.slips import CLOCK_RESET_US, SLIPS, Alternatives, mistype
from sambung.season.wire import Event

CORRECTED_PER_MILLE = {"enrollment": 36, "outreach-event": 60, "inspection": 40}
LEAST_CORRECTED = 12
"""Ensures that every slip happens in a small season."""
CANCELLED_EVERY = 6
"""One in so many corrected events was not wrong, but cancelled by mistake and restored."""
CONFLICTS_PER_MILLE = 3
LOST_PER_MILLE = 80
"""Superseded revisions that never arrived."""
DOUBLES_PER_MILLE = 9
MISTAKES_PER_MILLE = 4
"""Events that never happened and are cancelled, per thousand of each type."""


@dataclass(frozen=True)
class Version:
    event: Event
    captured_us: int
    """The true time of capture, whatever the event's own clock says."""


@dataclass
class History:
    """Revisions of one event. `rivals` conflict with the last one and lose to it."""

    final: Event
    earlier: list[Version] = field(default_factory=list)
    rivals: list[Event] = field(default_factory=list)


def histories_of(events: list[Event], alternatives: Alternatives, seed: int) -> list[History]:
    """A history for every event of the season; `final` has the content of the given event."""
    histories = [History(event) for event in events]
    for kind, per_mille in CORRECTED_PER_MILLE.items():
        of_kind = [history for history in histories if history.final["type"] == kind]
        dice = Dice(seed, "corrections", kind)
        count = share_of(len(of_kind), per_mille, LEAST_CORRECTED)
        for turn, history in enumerate(dice.sample(of_kind, count)):
            _correct(history, turn, alternatives, dice)
    dice = Dice(seed, "conflicts")
    for turn, history in enumerate(dice.sample(histories, share_of(len(histories), CONFLICTS_PER_MILLE, 9))):
        history.rivals.append(_rival(history.final, turn, alternatives, dice))
    return histories


def share_of(total: int, per_mille: int, least: int) -> int:
    return min(total, max(least, total * per_mille // 1000))


def _correct(history: History, turn: int, alternatives: Alternatives, dice: Dice) -> None:
    """One or two wrong revisions, or a cancellation by mistake; every slip of the type takes its turn."""
    true = history.final
    slips = SLIPS[true["type"]]
    if turn % CANCELLED_EVERY == 0:
        wrong: list[Event] = [{}, {"status": "cancelled"}]
    else:
        wrong = [slips[turn % len(slips)](true, dice, alternatives)]
        if dice.chance(250):
            wrong.append(dice.pick(slips)(true, dice, alternatives))
    recorded_us = true["recorded_at"]
    for revision, slip in enumerate(wrong):
        version = true | {"revision": revision, "recorded_at": recorded_us} | slip
        if not dice.chance(LOST_PER_MILLE):
            history.earlier.append(Version(version, recorded_us))
        recorded_us += later_us(dice)
    history.final = true | {"revision": len(wrong), "recorded_at": recorded_us}


def later_us(dice: Dice) -> int:
    """Time until somebody notices, from hours to weeks."""
    return dice.quantile((20, 90, 400, 1_500, 4_500, 12_000, 36_000)) * MINUTE_US + dice.below(60) * SECOND_US


def _rival(true: Event, turn: int, alternatives: Alternatives, dice: Dice) -> Event:
    """The same revision with other content: captured before, by a reset clock, or in the same instant."""
    slip = dice.pick(SLIPS[true["type"]])(true, dice, alternatives)
    earlier_us = (true["recorded_at"] - dice.between(1, 600) * MINUTE_US, CLOCK_RESET_US + turn * MINUTE_US)
    if turn % 3 == 2 and _first_place_of(true["place"]) < true["place"]:
        return true | {"place": _first_place_of(true["place"])}
    return true | slip | {"recorded_at": earlier_us[turn % 2]}


def _first_place_of(place: str) -> str:
    """The lowest code beside it: at the same instant the greater text wins."""
    return place[: max(0, len(place) - 2)] + "01"


def extra_histories(histories: list[History], alternatives: Alternatives, seed: int) -> list[History]:
    """Additional events of a messy season: members enrolled twice, and events that never happened."""
    extra = []
    for kind in CORRECTED_PER_MILLE:
        of_kind = [history.final for history in histories if history.final["type"] == kind]
        dice = Dice(seed, "mistakes", kind)
        chosen = dice.sample(of_kind, share_of(len(of_kind), MISTAKES_PER_MILLE, 3))
        extra += [_mistaken_event(true, alternatives, dice) for true in chosen]
    enrollments = [history.final for history in histories if history.final["type"] == "enrollment"]
    dice = Dice(seed, "doubles")
    chosen = dice.sample(enrollments, share_of(len(enrollments), DOUBLES_PER_MILLE, 8))
    return extra + [_duplicate(true, turn, dice) for turn, true in enumerate(chosen)]


def _mistaken_event(true: Event, alternatives: Alternatives, dice: Dice) -> History:
    """A show cancelled by rain, a visit to the wrong company, a form with a wrong number."""
    made_up = true | {"event_id": dice.uuid(), "revision": 0}
    if true["type"] == "enrollment":
        wrong = mistype(true["member_id"], dice)
        made_up |= {"member_id": wrong} | ({"company_id": wrong} if true["kind"] == "company" else {})
    elif true["type"] == "inspection":
        made_up |= {"company_id": dice.pick(alternatives.companies)}
    else:
        shift_us = dice.pick((-21, -7, 7, 14)) * DAY_US
        made_up |= {
            "occurred_at": true["occurred_at"] + shift_us,
            "recorded_at": true["recorded_at"] + max(0, shift_us),
            "attendees": dice.sample(alternatives.persons, 12),
            "companies": dice.sample(alternatives.companies, 3),
        }
    return _cancelled(made_up, dice)


def _cancelled(event: Event, dice: Dice) -> History:
    end = {"revision": 1, "status": "cancelled", "recorded_at": event["recorded_at"] + later_us(dice)}
    return History(event | end, [] if dice.chance(LOST_PER_MILLE) else [Version(event, event["recorded_at"])])


def _duplicate(true: Event, turn: int, dice: Dice) -> History:
    """The same member in a second app: later, at the same instant, or earlier and then cancelled."""
    source = dice.pick([app for app in ("kantor-diy", "bpjstku", "sipp-online") if app != true["source"]])
    shift_us = 0 if turn % 8 == 0 else dice.between(20, 9 * 1440) * MINUTE_US
    event_id = dice.uuid()
    if event_id < true["event_id"]:
        event_id = "f" * 8 + event_id[8:]
    duplicate = true | {
        "event_id": event_id,
        "revision": 0,
        "source": source,
        "declared": None,
        "occurred_at": true["occurred_at"] + shift_us,
        "recorded_at": true["recorded_at"] + shift_us,
    }
    if turn % 4 == 1:
        before = duplicate | {"occurred_at": true["occurred_at"] - dice.between(1, 40) * DAY_US}
        return _cancelled(before, dice)
    return History(duplicate)
