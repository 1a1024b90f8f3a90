"""Arrival of lines: at once, after an outage, or months later; some twice, some broken."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.instants import DAY_US
from sambung.season.almanac import MINUTE_US, instant
from sambung.season.broken import KINDS
from sambung.season.dice import Dice
from sambung.season.histories import History
from sambung.season.plan import Plan
from sambung.season.wire import Event, line, respell

DELAY_MINUTES = (0, 0, 1, 1, 2, 4, 9, 30, 150, 900)
"""From capture to arrival while the network works; enough to reorder events."""
OUTAGES = 16
OUTAGE_SOURCES = ("aplikasi-perisai", "sipp-online", "kantor-diy", "aplikasi-acara", "tim-deteksi-dini")
DRAWER_PER_MILLE = {"daftar-kertas": 260, "aplikasi-acara": 35, "tim-deteksi-dini": 10}
"""By source: events that stay in a drawer until after the season."""
DRAWER_DAYS = (8, 15, 30, 45, 80)
LATE_FINAL_PER_MILLE = 250
"""Corrections and cancellations that arrive after the end of the season."""
LATE_EARLIER_PER_MILLE = 90
"""Superseded revisions that arrive after the end of the season."""
RESENT_PER_MILLE = 62
RESENT_MINUTES = (1, 3, 15, 90, 900, 6_000, 30_000)
RESPELLED_PER_MILLE = 550
BROKEN_PER_MILLE = 4
BROKEN_EACH = 2
"""Least number of each kind."""
BLANKS = 6


@dataclass(frozen=True)
class Outage:
    source: str
    from_us: int
    until_us: int
    back_us: int


class Arrivals:
    """Lines with their instants of arrival."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self._dice = Dice(seed, "post")
        self._end_us = instant(plan.last_day, 24 * 60)
        self._outages = [_outage(plan, turn, Dice(seed, "outage", str(turn))) for turn in range(OUTAGES)]
        self._lines: list[tuple[int, int, bytes]] = []
        self.resent = 0

    def add(self, arrival_us: int, raw: bytes) -> None:
        self._lines.append((arrival_us, len(self._lines), raw))

    def lines(self) -> Iterator[bytes]:
        """In order of arrival; may be called again."""
        self._lines.sort()
        return (raw for _, _, raw in self._lines)

    def add_event(self, event: Event, captured_us: int, *, late: bool) -> int:
        """Add an event's line, sometimes also repetitions of it. Returns its first arrival."""
        dice = self._dice
        arrival_us = self._arrival(event, captured_us, late=late)
        raw = line(event)
        self.add(arrival_us, raw)
        again_us = arrival_us
        while dice.chance(RESENT_PER_MILLE):
            again_us += dice.quantile(RESENT_MINUTES) * MINUTE_US
            self.add(again_us, respell(event, dice) if dice.chance(RESPELLED_PER_MILLE) else raw)
            self.resent += 1
        return arrival_us

    def _arrival(self, event: Event, captured_us: int, *, late: bool) -> int:
        dice = self._dice
        if late or dice.chance(DRAWER_PER_MILLE.get(event["source"], 0)):
            return max(captured_us, self._end_us + dice.quantile(DRAWER_DAYS) * DAY_US + dice.below(DAY_US))
        arrival_us = captured_us + dice.quantile(DELAY_MINUTES) * MINUTE_US + dice.below(MINUTE_US)
        for outage in self._outages:
            if outage.source == event["source"] and outage.from_us <= arrival_us < outage.until_us:
                return outage.back_us + dice.below(40 * MINUTE_US)
        return arrival_us


def _outage(plan: Plan, turn: int, dice: Dice) -> Outage:
    from_us = instant(dice.between(plan.first_day, plan.last_day - 5), dice.below(1440))
    until_us = from_us + dice.between(8, 96) * 60 * MINUTE_US
    source = OUTAGE_SOURCES[turn % len(OUTAGE_SOURCES)]
    return Outage(source, from_us, until_us, until_us + dice.between(0, 10) * DAY_US)


def add_histories(histories: list[History], arrivals: Arrivals, seed: int) -> None:
    """Add every revision of every history. A superseded one may arrive after its successor."""
    dice = Dice(seed, "deliver")
    for history in histories:
        final = history.final
        for version in history.earlier:
            arrivals.add_event(version.event, version.captured_us, late=dice.chance(LATE_EARLIER_PER_MILLE))
        late = final["revision"] > 0 and dice.chance(LATE_FINAL_PER_MILLE)
        arrivals.add_event(final, final["recorded_at"], late=late)
        for rival in history.rivals:
            arrivals.add_event(rival, final["recorded_at"] + dice.between(-300, 900) * MINUTE_US, late=False)


def add_broken_lines(events: list[Event], arrivals: Arrivals, seed: int) -> dict[str, int]:
    """Add broken copies of lines that also arrive intact; return the counts by reason of refusal."""
    dice = Dice(seed, "broken")
    counts: dict[str, int] = {}
    of_type: dict[str, list[Event]] = {}
    for event in events:
        of_type.setdefault(event["type"], []).append(event)
    for turn in range(len(events) * BROKEN_PER_MILLE // 1000 + BROKEN_EACH * len(KINDS)):
        kind = KINDS[turn % len(KINDS)]
        event = dice.pick(of_type[kind.type])
        arrival_us = event["recorded_at"] + dice.between(-30, 600) * MINUTE_US
        arrivals.add(arrival_us, kind.spoil(event, dice) + b"\n")
        counts[kind.reason] = counts.get(kind.reason, 0) + 1
    for _ in range(BLANKS):
        arrivals.add(dice.pick(events)["recorded_at"], dice.pick((b"\n", b"  \n", b"\r\n")))
    return counts
