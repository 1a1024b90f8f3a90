"""What readers have been told, and what they are to be told next; without clock, store or connections."""

from collections.abc import Mapping
from typing import Final

from api.live.messages import Tick, snapshot
from api.live.totals import Look, rendered
from api.reading.marks import Mark

PAUSE_S: Final = 1.0
"""A campaign is told at most once in this time; the first change at once."""


class Board:
    """The totals as of the last look."""

    def __init__(self) -> None:
        self.mark: Mark | None = None
        self._since = 0
        """From this batch on it is known which campaigns changed."""
        self._totals: dict[str, bytes] = {}
        self._changed: dict[str, int] = {}
        """By campaign: the batch of the look that found its last change."""
        self._waiting: dict[str, int] = {}
        """By campaign with a change that was not told: a batch before that change."""
        self._told_s: dict[str, float] = {}
        self._snapshot: bytes | None = None

    @property
    def told_up_to(self) -> int:
        """Whoever got all that was told has every change up to this batch."""
        newest = 0 if self.mark is None else self.mark.batch
        return min(self._waiting.values(), default=newest)

    def take(self, look: Look) -> bool:
        """Whether readers have to begin anew, as the store is another one."""
        before, self.mark = self.mark, look.mark
        self._snapshot = None if look.mark != before else self._snapshot
        if look.whole or before is None:
            self._since = look.mark.batch
            self._totals = {name: one for name, one in look.campaigns.items() if one is not None}
            self._changed, self._waiting, self._told_s = {}, {}, {}
            return before is not None
        for name, totals in look.campaigns.items():
            if self._totals.get(name) != totals:
                self._change(name, totals, before.batch)
        return False

    def _change(self, name: str, totals: bytes | None, before: int) -> None:
        if totals is None:
            del self._totals[name]
        else:
            self._totals[name] = totals
        assert self.mark is not None  # noqa: S101  it was just taken
        self._changed[name] = self.mark.batch
        self._waiting.setdefault(name, before)

    def tick(self, now_s: float) -> Tick | None:
        """What may be told now."""
        due = [name for name in self._waiting if now_s - self._told_s.get(name, -PAUSE_S) >= PAUSE_S]
        for name in due:
            del self._waiting[name]
            self._told_s[name] = now_s
        return self._tick(due) if due else None

    def snapshot(self) -> bytes:
        if self._snapshot is None:
            self._snapshot = snapshot(self._totals, self.told_up_to)
        return self._snapshot

    def after(self, batch: int) -> Tick | None:
        """What is newer than a batch that is known; None for nothing."""
        newer = [name for name, changed in self._changed.items() if changed > batch]
        return self._tick(newer) if newer else None

    def is_known(self, batch: int) -> bool:
        return self.mark is not None and self._since <= batch <= self.mark.batch

    def _tick(self, names: list[str]) -> Tick:
        return Tick({name: self._of(name) for name in names}, self.told_up_to)

    def _of(self, name: str) -> bytes:
        return self._totals.get(name) or _nothing(name)


def _nothing(name: str) -> bytes:
    none: Mapping[tuple[str, str], int] = {}
    return rendered(name, none)
