"""The same promise in dicts: for tests, and for consumers that live while the stream does."""

from collections.abc import Container, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace

from models.instants import canonical
from models.statement import OFFSET_BITS
from sinks.base import Applied, Batch, Generation, Origin, Positions, RebuildOvertaken, Sink
from sinks.events import decide as archive
from sinks.foreign import CREDIT, LIVE_COUNT, REJECTED, read_ours
from sinks.live_counts import decide as counts
from sinks.members import decide as ledger
from sinks.rejected import decide as refusals
from sinks.wire import Line, Rejected, Statement, decode_count, decode_statement


class MemorySink(Sink):
    """Holds one process's copy of what the stream says; every attribute is to be read only."""

    def __init__(self) -> None:
        self.members: dict[str, Statement] = {}
        """The statement that stands, of every member that an enrollment names."""
        self.history: dict[tuple[str, int], Statement] = {}
        """Every statement that said something new, by member and version."""
        self.counts: dict[tuple[str, counts.Cell], tuple[counts.Sums, int]] = {}
        """Sums and version, by campaign and cell."""
        self.events: dict[archive.EventKey, archive.Revision] = {}
        self.rejected: dict[str, Rejected] = {}
        """By digest (`sinks.rejected.decide`)."""
        self._known: dict[str, ledger.Known] = {}
        self._counted: dict[str, int] = {}
        self._generations: list[Generation] = []
        self._positions: dict[int, dict[tuple[str, int], int]] = {}

    def credit_current(self) -> Iterator[tuple[Statement, Line]]:
        """Every line that counts now, with the statement that describes its member."""
        return ((said, line) for said in self.members.values() for line in said.lines)

    def apply(self, batch: Batch) -> Applied:
        number = self._number()
        statements = read_ours(decode_statement, batch.statements, CREDIT)
        live_counts = read_ours(decode_count, batch.counts, LIVE_COUNT)
        rejected = read_ours(refusals.read_refused, batch.rejected, REJECTED)
        said = ledger.current(statements, number)
        known = self._copies(one.member_id for one in said)
        stated = ledger.decide(known, said)
        newest = counts.newest(live_counts, number)
        counted = counts.decide(self._known_counts(newest), newest.values())
        revised = archive.newer(archive.greatest(batch.accepted), self.events)
        refused = refusals.unseen(refusals.by_digest(rejected), self.rejected)
        # Nothing above has changed anything; nothing below can fail.
        self._state(stated, known)
        self._count(counted)
        self.events.update(revised)
        self.rejected.update(refused)
        self._advance(batch.generation, batch.positions)
        foreign = batch.public - len(statements) - len(live_counts) - len(rejected)
        return Applied(len(stated.written), len(counted.seen), len(revised), len(refused), foreign)

    def positions(self) -> Positions:
        return dict(self._positions.get(self._number(), {}))

    def current_generation(self) -> Generation | None:
        return self._generations[-1] if self._generations else None

    def open_generation(self, origin: Origin, started_us: int) -> int:
        number = self._number() + 1
        self._generations.append(Generation(number, origin, started_us, started_us if number == 1 else None))
        return number

    def settle(self, generation: int, positions: Positions, settled_us: int) -> None:
        if self._number() != generation:
            raise RebuildOvertaken(generation, self._number())
        version, oldest = ledger.retirement(generation), generation << OFFSET_BITS
        unstated = [member_id for member_id in self.members if self._known[member_id].seen < oldest]
        gone = [ledger.gone(member_id, version, canonical(settled_us)) for member_id in sorted(unstated)]
        known = self._copies(unstated)
        self._state(ledger.decide(known, gone), known)
        for campaign_id in [one for one, seen in self._counted.items() if seen < oldest]:
            removed = [key for key in self.counts if key[0] == campaign_id]
            self._count(counts.CountChange(removed=removed, seen={campaign_id: version}))
        self._advance(generation, positions)
        self._generations = [_settled(one, generation, settled_us) for one in self._generations]

    def archive(self) -> Iterator[bytes]:
        return (self.events[key].body for key in sorted(self.events))

    def close(self) -> None:
        pass

    def _number(self) -> int:
        return self._generations[-1].number if self._generations else 0

    def _copies(self, members: Iterable[str]) -> dict[str, ledger.Known]:
        return {one: copy(self._known[one]) for one in members if one in self._known}

    def _known_counts(self, campaigns: Container[str]) -> dict[str, counts.KnownCount]:
        known = {one: counts.KnownCount(seen, {}) for one, seen in self._counted.items() if one in campaigns}
        for (campaign_id, cell), (sums, _) in self.counts.items():
            if campaign_id in known:
                known[campaign_id].rows[cell] = sums
        return known

    def _state(self, change: ledger.LedgerChange, known: Mapping[str, ledger.Known]) -> None:
        self._known.update(known)
        self.history.update(((said.member_id, said.version), said) for said in change.written)
        for member_id, said in change.newest.items():
            if said.status == ledger.GONE:
                self.members.pop(member_id, None)
            else:
                self.members[member_id] = said

    def _count(self, change: counts.CountChange) -> None:
        self._counted.update(change.seen)
        for campaign_id, cell, sums, version in change.put:
            self.counts[campaign_id, cell] = sums, version
        for key in change.removed:
            del self.counts[key]

    def _advance(self, generation: int, positions: Positions) -> None:
        reached = self._positions.setdefault(generation, {})
        for place, offset in positions.items():
            reached[place] = max(offset, reached.get(place, 0))


def _settled(one: Generation, number: int, settled_us: int) -> Generation:
    return replace(one, settled_us=settled_us) if one.number == number and one.settled_us is None else one
