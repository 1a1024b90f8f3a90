"""The sink into SQL tables: gather what a batch touches, decide, apply; one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from models.instants import canonical
from sinks.base import Applied, Batch, Generation, Origin, Positions, RebuildOvertaken, Sink
from sinks.collector import collector_paused
from sinks.events import decide as archive
from sinks.events import table as events
from sinks.foreign import CREDIT, LIVE_COUNT, REJECTED, read_ours
from sinks.live_counts import decide as counts
from sinks.live_counts import table as live_counts
from sinks.members import credit_lines
from sinks.members import decide as ledger
from sinks.members import table as members
from sinks.members.recent import RecentLines
from sinks.progress import generations
from sinks.rejected import decide as refusals
from sinks.rejected import table as refused
from sinks.store import open_store
from sinks.wire import LiveCount, Rejected, Statement, decode_count, decode_statement


class Counts(NamedTuple):
    workers: int
    """Active ones."""
    companies: int
    """Active ones."""
    refused: dict[str, int]
    """Records by reason."""


class SqlSink(Sink):
    """Keeps the tables of `models.tables.rows`; several processes may write to it, a batch at a time."""

    def __init__(self, url: str) -> None:
        """By database URL; an empty store is set up. Raises StoreError."""
        self._engine = open_store(url)
        self._recent = RecentLines()

    def apply(self, batch: Batch) -> Applied:
        with collector_paused(), self._engine.begin() as connection:
            generation = generations.current_number(connection)
            statements = read_ours(decode_statement, batch.statements, CREDIT)
            counted = read_ours(decode_count, batch.counts, LIVE_COUNT)
            rejected = read_ours(refusals.read_refused, batch.rejected, REJECTED)
            stated = self._apply_statements(connection, ledger.current(statements, generation))
            applied = Applied(
                statements=len(stated.written),
                counts=_apply_counts(connection, counts.newest(counted, generation)),
                events=_apply_accepted(connection, batch.accepted),
                rejected=_apply_rejected(connection, rejected),
                foreign=batch.public - len(statements) - len(counted) - len(rejected),
            )
            generations.store_positions(connection, batch.generation, batch.positions)
        for member_id, held in stated.standing.items():
            self._recent.put(member_id, held.version, held.lines)
        return applied

    def positions(self) -> Positions:
        with self._engine.begin() as connection:
            return generations.positions_of(connection, generations.current_number(connection))

    def current_generation(self) -> Generation | None:
        with self._engine.begin() as connection:
            return generations.newest_generation(connection)

    def open_generation(self, origin: Origin, started_us: int) -> int:
        with self._engine.begin() as connection:
            return generations.add_generation(connection, origin, started_us)

    def settle(self, generation: int, positions: Positions, settled_us: int) -> None:
        version = ledger.retirement(generation)
        with self._engine.begin() as connection:
            current = generations.current_number(connection)
            if current != generation:
                raise RebuildOvertaken(generation, current)
            unstated = members.unstated_members(connection, generation)
            known = members.known_members(connection, unstated)
            decided_at = canonical(settled_us)
            change = ledger.decide(known, (ledger.gone(one, version, decided_at) for one in unstated))
            members.write_ledger(connection, change)
            live_counts.remove_unstated(connection, generation, version)
            generations.store_positions(connection, generation, positions)
            generations.mark_settled(connection, generation, settled_us)

    def archive(self) -> Iterator[bytes]:
        return events.read_archive(self._engine)

    def counts(self) -> Counts:
        """What the store holds by now."""
        with self._engine.begin() as connection:
            active = members.active_by_kind(connection)
            return Counts(active.get("worker", 0), active.get("company", 0), refused.by_reason(connection))

    def close(self) -> None:
        self._engine.dispose()

    def _apply_statements(self, connection: Connection, said: Sequence[Statement]) -> ledger.LedgerChange:
        known = members.known_members(connection, {one.member_id for one in said})
        unread = self._fill_from_recent(ledger.needs_lines(known, said))
        for member_id, lines in credit_lines.current_lines(connection, unread).items():
            known[member_id].lines = ledger.digest(lines)
        change = ledger.decide(known, said)
        members.write_ledger(connection, change)
        return change

    def _fill_from_recent(self, wanted: Mapping[str, ledger.Known]) -> list[str]:
        """Fill in the lines that this process remembers; names the members whose lines must be read."""
        unread: list[str] = []
        for member_id, held in wanted.items():
            lines = self._recent.get(member_id, held.version)
            if lines is None:
                unread.append(member_id)
            else:
                held.lines = lines
        return unread


def _apply_counts(connection: Connection, newest: Mapping[str, LiveCount]) -> int:
    change = counts.decide(live_counts.known_counts(connection, newest.keys()), newest.values())
    live_counts.write_counts(connection, change)
    return len(change.seen)


def _apply_accepted(connection: Connection, values: Sequence[bytes]) -> int:
    greatest = archive.greatest(values)
    newer = archive.newer(greatest, events.kept_revisions(connection, greatest.keys()))
    events.write_events(connection, newer)
    return len(newer)


def _apply_rejected(connection: Connection, records: Sequence[Rejected]) -> int:
    refused_by_digest = refusals.by_digest(records)
    seen = refused.seen_digests(connection, refused_by_digest.keys())
    new = refusals.unseen(refused_by_digest, seen)
    refused.write_refused(connection, new)
    return len(new)
