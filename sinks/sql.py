"""The sink into SQL tables: gather the stored state, decide, apply, in one transaction per batch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import time_ns
from typing import NamedTuple

from sqlalchemy import Connection

from models.instants import canonical
from models.intake.refusal import Rejected
from models.statement import Statement, decode_live_count, decode_statement
from sinks import batches, progress
from sinks.base import Applied, Batch, Generation, Origin, Positions, RebuildOvertaken, Sink
from sinks.collector import collector_paused
from sinks.events import decide as event_changes
from sinks.events import table as events
from sinks.foreign import CREDIT, LIVE_COUNT, REJECTED, decode_own
from sinks.live_counts import decide as count_changes
from sinks.live_counts import table as live_counts
from sinks.members import credit_lines
from sinks.members import decide as member_changes
from sinks.members import table as members
from sinks.members.recent import RecentLines
from sinks.rejected import decide as rejected_changes
from sinks.rejected import table as rejected_table
from sinks.store import open_store


class StoreSummary(NamedTuple):
    active_workers: int
    active_companies: int
    refused: dict[str, int]
    """Records by reason."""


class Change(NamedTuple):
    """Row changes of one batch."""

    members: member_changes.MemberChanges
    counts: count_changes.CountChanges
    events: event_changes.EventChanges
    rejected: Mapping[str, Rejected]
    """By digest."""

    @property
    def has_rows(self) -> bool:
        """Whether any table changes that others follow."""
        counted = self.counts.put or self.counts.removed
        return bool(self.members.written or counted or self.events.newer or self.rejected)


def _now_us() -> int:
    return time_ns() // 1_000


class SqlSink(Sink):
    """Writes the tables of `models.tables.rows`; several processes may write to one store, batch by batch."""

    def __init__(self, url: str, clock: Callable[[], int] = _now_us) -> None:
        """Set up an empty store; `clock` gives microseconds since 1970. Raises StoreError."""
        self._engine = open_store(url)
        self._clock = clock
        self._recent = RecentLines()

    def apply(self, batch: Batch) -> Applied:
        with collector_paused(), self._engine.begin() as connection:
            change, foreign = self._decide(connection, batch)
            if change.has_rows:
                self._write(connection, change, self._next(connection, batch.generation, settle=batch.settle))
            members.store_seen(connection, change.members)
            live_counts.store_seen(connection, change.counts)
            progress.store_positions(connection, batch.generation, batch.positions)
        for member_id, member in change.members.updated.items():
            self._recent.put(member_id, member.version, member.lines)
        return Applied(
            statements=len(change.members.written),
            counts=len(change.counts.seen),
            events=len(change.events.newer),
            rejected=len(change.rejected),
            foreign=foreign,
        )

    def positions(self) -> Positions:
        with self._engine.begin() as connection:
            return progress.positions_of(connection, progress.current_number(connection))

    def current_generation(self) -> Generation | None:
        with self._engine.begin() as connection:
            return progress.newest_generation(connection)

    def open_generation(self, origin: Origin, started_us: int) -> int:
        with self._engine.begin() as connection:
            return progress.add_generation(connection, origin, started_us)

    def settle(self, generation: int, positions: Positions, settled_us: int) -> None:
        version = member_changes.removal_version(generation)
        with self._engine.begin() as connection:
            current = progress.current_number(connection)
            if current != generation:
                raise RebuildOvertaken(generation, current)
            unstated = members.unstated_members(connection, generation)
            known = members.known_members(connection, unstated)
            decided_at = canonical(settled_us)
            change = member_changes.decide(
                known, (member_changes.gone_statement(one, version, decided_at) for one in unstated)
            )
            number = self._next(connection, generation, settle=True)
            members.write_members(connection, change, number)
            members.store_seen(connection, change)
            live_counts.remove_unstated(connection, generation, version, number)
            progress.store_positions(connection, generation, positions)
            progress.mark_settled(connection, generation, settled_us)

    def remove_national_ids(self) -> None:
        holds_one = event_changes.holds_national_id
        suspected = [event_changes.revision(body)[0] for body in self.archive() if holds_one(body)]
        past = [key for key, body in events.read_past(self._engine) if holds_one(body)]
        with self._engine.begin() as connection:
            stored = events.stored_revisions(connection, suspected)  # once more: they may have been replaced
            found = [key for key, one in stored.items() if holds_one(one.body)]
            if found or past:
                number = self._next(connection, progress.current_number(connection), settle=True)
                events.remove_events(connection, found, number)
                events.remove_past(connection, past, number)

    def archive(self) -> Iterator[bytes]:
        return events.read_archive(self._engine)

    def summary(self) -> StoreSummary:
        with self._engine.begin() as connection:
            active = members.active_by_kind(connection)
            return StoreSummary(
                active.get("worker", 0), active.get("company", 0), rejected_table.by_reason(connection)
            )

    def close(self) -> None:
        self._engine.dispose()

    def _next(self, connection: Connection, generation: int, *, settle: bool) -> int:
        return batches.next_batch(connection, generation, self._clock(), settle=settle)

    def _decide(self, connection: Connection, batch: Batch) -> tuple[Change, int]:
        """Row changes, and how many records other clients wrote."""
        generation = progress.current_number(connection)
        statements = decode_own(decode_statement, batch.statements, CREDIT)
        counted = decode_own(decode_live_count, batch.counts, LIVE_COUNT)
        rejected = decode_own(rejected_changes.read_refused, batch.rejected, REJECTED)
        newest = count_changes.newest_by_campaign(counted, generation)
        greatest = event_changes.greatest(batch.accepted)
        refused_by_digest = rejected_changes.by_digest(rejected)
        change = Change(
            self._decide_statements(connection, member_changes.of_generation(statements, generation)),
            count_changes.decide(live_counts.known_counts(connection, newest.keys()), newest.values()),
            event_changes.decide(greatest, events.stored_revisions(connection, greatest.keys())),
            rejected_changes.unseen(
                refused_by_digest, rejected_table.seen_digests(connection, refused_by_digest.keys())
            ),
        )
        return change, batch.public_records - len(statements) - len(counted) - len(rejected)

    def _write(self, connection: Connection, change: Change, batch: int) -> None:
        members.write_members(connection, change.members, batch)
        live_counts.write_counts(connection, change.counts, batch)
        events.write_events(connection, change.events, batch)
        rejected_table.write_refused(connection, change.rejected, batch)

    def _decide_statements(
        self, connection: Connection, statements: Sequence[Statement]
    ) -> member_changes.MemberChanges:
        known = members.known_members(connection, {one.member_id for one in statements})
        unread = self._fill_from_recent(member_changes.needs_lines(known, statements))
        for member_id, lines in credit_lines.current_lines(connection, unread).items():
            known[member_id].lines = member_changes.digest(lines)
        return member_changes.decide(known, statements)

    def _fill_from_recent(self, wanted: Mapping[str, member_changes.KnownMember]) -> list[str]:
        """Fill in the lines that this process wrote; returns the members whose lines must be read."""
        unread: list[str] = []
        for member_id, member in wanted.items():
            lines = self._recent.get(member_id, member.version)
            if lines is None:
                unread.append(member_id)
            else:
                member.lines = lines
        return unread
