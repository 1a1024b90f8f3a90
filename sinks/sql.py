"""The sink into SQL tables: gather the stored state, decide, apply, in one transaction per batch."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from models.instants import canonical
from models.intake.refusal import Rejected
from models.statement import LiveCount, Statement, decode_live_count, decode_statement
from sinks import progress
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


class SqlSink(Sink):
    """Writes the tables of `models.tables.rows`; several processes may write to one store, batch by batch."""

    def __init__(self, url: str) -> None:
        """Set up an empty store. Raises StoreError."""
        self._engine = open_store(url)
        self._recent = RecentLines()

    def apply(self, batch: Batch) -> Applied:
        with collector_paused(), self._engine.begin() as connection:
            generation = progress.current_number(connection)
            statements = decode_own(decode_statement, batch.statements, CREDIT)
            counted = decode_own(decode_live_count, batch.counts, LIVE_COUNT)
            rejected = decode_own(rejected_changes.read_refused, batch.rejected, REJECTED)
            stated = self._apply_statements(connection, member_changes.of_generation(statements, generation))
            applied = Applied(
                statements=len(stated.written),
                counts=_apply_counts(connection, count_changes.newest_by_campaign(counted, generation)),
                events=_apply_accepted(connection, batch.accepted),
                rejected=_apply_rejected(connection, rejected),
                foreign=batch.public_records - len(statements) - len(counted) - len(rejected),
            )
            progress.store_positions(connection, batch.generation, batch.positions)
        for member_id, member in stated.updated.items():
            self._recent.put(member_id, member.version, member.lines)
        return applied

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
            members.write_members(connection, change)
            live_counts.remove_unstated(connection, generation, version)
            progress.store_positions(connection, generation, positions)
            progress.mark_settled(connection, generation, settled_us)

    def remove_national_ids(self) -> None:
        found = [
            event_changes.revision(body)[0]
            for body in self.archive()
            if event_changes.holds_national_id(body)
        ]
        with self._engine.begin() as connection:
            events.remove_events(connection, found)

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

    def _apply_statements(
        self, connection: Connection, statements: Sequence[Statement]
    ) -> member_changes.MemberChanges:
        known = members.known_members(connection, {one.member_id for one in statements})
        unread = self._fill_from_recent(member_changes.needs_lines(known, statements))
        for member_id, lines in credit_lines.current_lines(connection, unread).items():
            known[member_id].lines = member_changes.digest(lines)
        change = member_changes.decide(known, statements)
        members.write_members(connection, change)
        return change

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


def _apply_counts(connection: Connection, newest: Mapping[str, LiveCount]) -> int:
    change = count_changes.decide(live_counts.known_counts(connection, newest.keys()), newest.values())
    live_counts.write_counts(connection, change)
    return len(change.seen)


def _apply_accepted(connection: Connection, values: Sequence[bytes]) -> int:
    greatest = event_changes.greatest(values)
    newer = event_changes.newer(greatest, events.stored_revisions(connection, greatest.keys()))
    events.write_events(connection, newer)
    return len(newer)


def _apply_rejected(connection: Connection, records: Sequence[Rejected]) -> int:
    refused_by_digest = rejected_changes.by_digest(records)
    seen = rejected_table.seen_digests(connection, refused_by_digest.keys())
    new = rejected_changes.unseen(refused_by_digest, seen)
    rejected_table.write_refused(connection, new)
    return len(new)
