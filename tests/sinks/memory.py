"""A sink in dicts with the same promises, for tests."""

from collections.abc import Container, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from typing import Final

from models.instants import canonical
from models.intake.refusal import Rejected
from models.statement import Line, Statement, decode_live_count, decode_statement, first_version
from sinks.base import Applied, Batch, Generation, Origin, Positions, RebuildOvertaken, Sink
from sinks.events import decide as event_changes
from sinks.events.decide import EventChanges
from sinks.foreign import CREDIT, LIVE_COUNT, REJECTED, decode_own
from sinks.live_counts import decide as count_changes
from sinks.members import decide as member_changes
from sinks.rejected import decide as rejected_changes

TABLE_OF: Final = {"outreach-event": "outreach_event", "inspection": "inspection"}
"""Tables with the columns of an event, by type."""


class MemorySink(Sink):
    """Stores the stream's output in memory; every attribute is to be read only."""

    def __init__(self) -> None:
        self.members: dict[str, Statement] = {}
        """Current statement of every member that an enrollment names."""
        self.history: dict[tuple[str, int], Statement] = {}
        """Every statement with new content, by member and version."""
        self.counts: dict[tuple[str, count_changes.CountKey], tuple[count_changes.Sums, int]] = {}
        """Sums and version, by campaign and key."""
        self.events: dict[event_changes.EventKey, event_changes.Revision] = {}
        self.rejected: dict[str, Rejected] = {}
        """By digest (`sinks.rejected.decide`)."""
        self.past: list[tuple[event_changes.EventKey, event_changes.Revision, int, int]] = []
        """Replaced revisions with the batch that wrote each and the one that replaced it."""
        self.batches: list[tuple[int, bool]] = [(0, False)]
        """Generation, and whether it is a part of a rebuild's end, of each batch by its number."""
        self.written: dict[tuple[str, tuple[object, ...]], int] = {}
        """The batch that last wrote each row, by table and key; of `rejected` by digest."""
        self.removed: dict[tuple[str, tuple[object, ...]], int] = {}
        """The batch that last removed a row of each key."""
        self._known: dict[str, member_changes.KnownMember] = {}
        self._counted: dict[str, int] = {}
        self._generations: list[Generation] = []
        self._positions: dict[int, dict[tuple[str, int], int]] = {}

    def credit_current(self) -> Iterator[tuple[Statement, Line]]:
        """Every current line, with the statement of its member."""
        return ((one, line) for one in self.members.values() for line in one.lines)

    def apply(self, batch: Batch) -> Applied:
        number = self._number()
        statements = decode_own(decode_statement, batch.statements, CREDIT)
        decoded_counts = decode_own(decode_live_count, batch.counts, LIVE_COUNT)
        rejected = decode_own(rejected_changes.read_refused, batch.rejected, REJECTED)
        current = member_changes.of_generation(statements, number)
        known = self._copies(one.member_id for one in current)
        stated = member_changes.decide(known, current)
        newest = count_changes.newest_by_campaign(decoded_counts, number)
        counted = count_changes.decide(self._known_counts(newest), newest.values())
        revised = event_changes.decide(event_changes.greatest(batch.accepted), self.events)
        refused = rejected_changes.unseen(rejected_changes.by_digest(rejected), self.rejected)
        # Nothing above changes this sink; nothing below can fail.
        if stated.written or counted.put or counted.removed or revised.newer or refused:
            self.batches.append((batch.generation, batch.settle))
        self._store_statements(stated, known)
        self._store_counts(counted)
        self._store_events(revised)
        self.rejected.update(refused)
        self._note("rejected", ((one,) for one in refused))
        self._advance(batch.generation, batch.positions)
        foreign = batch.public_records - len(statements) - len(decoded_counts) - len(rejected)
        return Applied(len(stated.written), len(counted.seen), len(revised.newer), len(refused), foreign)

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
        version, oldest = member_changes.removal_version(generation), first_version(generation)
        unstated = [member_id for member_id in self.members if self._known[member_id].seen < oldest]
        gone = [
            member_changes.gone_statement(member_id, version, canonical(settled_us))
            for member_id in sorted(unstated)
        ]
        known = self._copies(unstated)
        self.batches.append((generation, True))
        self._store_statements(member_changes.decide(known, gone), known)
        for campaign_id in [one for one, seen in self._counted.items() if seen < oldest]:
            removed = [key for key in self.counts if key[0] == campaign_id]
            self._store_counts(count_changes.CountChanges(removed=removed, seen={campaign_id: version}))
        self._advance(generation, positions)
        self._generations = [_settled(one, generation, settled_us) for one in self._generations]

    def remove_national_ids(self) -> None:
        holds_one = event_changes.holds_national_id
        found = [key for key, one in self.events.items() if holds_one(one.body)]
        past = [one for one in self.past if holds_one(one[1].body)]
        if found or past:
            self.batches.append((self._number(), True))
        for kind, event_id in found:
            del self.events[kind, event_id]
            self._note_removed("event", (kind, event_id))
            if kind != "enrollment":
                self._note_removed(TABLE_OF[kind], (event_id,))
        for one in past:
            self.past.remove(one)
            self._note_removed("event_past", (*one[0], one[2]))

    def archive(self) -> Iterator[bytes]:
        return (self.events[key].body for key in sorted(self.events))

    def close(self) -> None:
        pass

    def _number(self) -> int:
        return self._generations[-1].number if self._generations else 0

    def _copies(self, members: Iterable[str]) -> dict[str, member_changes.KnownMember]:
        return {one: copy(self._known[one]) for one in members if one in self._known}

    def _known_counts(self, campaigns: Container[str]) -> dict[str, count_changes.KnownCount]:
        known = {
            one: count_changes.KnownCount(seen, {}) for one, seen in self._counted.items() if one in campaigns
        }
        for (campaign_id, key), (sums, _) in self.counts.items():
            if campaign_id in known:
                known[campaign_id].rows[key] = sums
        return known

    def _store_statements(
        self, change: member_changes.MemberChanges, known: Mapping[str, member_changes.KnownMember]
    ) -> None:
        self._known.update(known)
        self.history.update(((one.member_id, one.version), one) for one in change.written)
        self._note("statement", ((one.member_id, one.version) for one in change.written))
        for member_id, statement in {one.member_id: one for one in change.written}.items():
            if statement.status == member_changes.GONE:
                self.members.pop(member_id, None)
                self._note_removed("member", (member_id,))
            else:
                self.members[member_id] = statement
                self._note("member", [(member_id,)])

    def _store_counts(self, change: count_changes.CountChanges) -> None:
        self._counted.update(change.seen)
        for campaign_id, key, sums, version in change.put:
            self.counts[campaign_id, key] = sums, version
            self._note("live_count", [(campaign_id, *key)])
        for campaign_id, key in change.removed:
            del self.counts[campaign_id, key]
            self._note_removed("live_count", (campaign_id, *key))

    def _store_events(self, change: EventChanges) -> None:
        for key in change.replaced:
            self.past.append((key, self.events[key], self.written["event", key], len(self.batches) - 1))
        self.events.update(change.newer)
        self._note("event", change.newer)
        for of_type, table in TABLE_OF.items():
            self._note(table, ((event_id,) for kind, event_id in change.newer if kind == of_type))

    def _note(self, table: str, keys: Iterable[tuple[object, ...]]) -> None:
        self.written.update(((table, key), len(self.batches) - 1) for key in keys)

    def _note_removed(self, table: str, key: tuple[object, ...]) -> None:
        self.written.pop((table, key), None)
        self.removed[table, key] = len(self.batches) - 1

    def _advance(self, generation: int, positions: Positions) -> None:
        reached = self._positions.setdefault(generation, {})
        for partition, offset in positions.items():
            reached[partition] = max(offset, reached.get(partition, 0))


def _settled(one: Generation, number: int, settled_us: int) -> Generation:
    return replace(one, settled_us=settled_us) if one.number == number and one.settled_us is None else one
