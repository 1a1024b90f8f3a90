"""Rules 1, 3, 10, 11 and 15 disabled: how the engine makes things durable."""

from typing import Any

from pytest import MonkeyPatch  # noqa: PT013 - a type, used by name in every function here

from streams.attribution import attribution
from streams.engine.assigned_partition import AssignedPartition
from streams.engine.changelog import Changelog
from streams.engine.checkpoint import Stage
from streams.engine.faust import store
from streams.engine.layout import Stored
from streams.engine.rows import CachedRows
from streams.step import Record
from tests.simulation import disk
from tests.simulation.broken import breaks, wrapped
from tests.simulation.kafka import PARTITIONS
from tests.simulation.ports import SimPorts
from tests.simulation.run import Simulation


async def _write_all(stage: Stage, all_assigned: Any) -> None:
    dirty = {partition: assigned.rows.take_dirty() for partition, assigned in all_assigned.items()}
    await stage._write(all_assigned, {partition: first for partition, (first, _) in dirty.items()})
    await stage._write(all_assigned, {partition: last for partition, (_, last) in dirty.items()})


@breaks(1)
def rows_are_durable_before_outputs_are_out(patch: MonkeyPatch) -> None:
    async def checkpoint(stage: Stage) -> None:
        if stage._unacked:
            all_assigned = dict(stage._assigned)
            await _write_all(stage, all_assigned)
            await stage._send_outputs(all_assigned)
            stage._ack(all_assigned)

    patch.setattr(Stage, "checkpoint", checkpoint)


@breaks(1)
def inputs_are_acked_before_rows_are_durable(patch: MonkeyPatch) -> None:
    async def checkpoint(stage: Stage) -> None:
        if stage._unacked:
            all_assigned = dict(stage._assigned)
            for ack in stage._unacked:
                ack()
            stage._unacked.clear()
            await stage._send_outputs(all_assigned)
            await _write_all(stage, all_assigned)
            stage._ack(all_assigned)

    patch.setattr(Stage, "checkpoint", checkpoint)


@breaks(1, "torn", "moving", "attribution")
def the_store_is_written_before_the_changelog(patch: MonkeyPatch) -> None:
    async def write(original: Any, stage: Stage, all_assigned: Any, dirty: dict[int, list[Stored]]) -> None:
        for partition, rows in dirty.items():
            rows_in = stage._ports.store(partition)
            if all_assigned[partition].changelog.owned:
                rows_in.write(rows, rows_in.changelog_offset())
        await original(stage, all_assigned, dirty)

    wrapped(patch, Stage, "_write", write)


@breaks(3, "zombies", "moving", "attribution")
def causes_are_durable_before_what_they_caused(patch: MonkeyPatch) -> None:
    wrapped(patch, CachedRows, "take_dirty", lambda original, rows: original(rows)[::-1])


@breaks(10)
def recovery_keeps_the_last_record_of_a_row(patch: MonkeyPatch) -> None:
    def merge_by_version(records: Any, known: Any) -> Any:
        del known
        return dict(records), set()

    patch.setattr(store, "merge_by_version", merge_by_version)
    patch.setattr(disk, "merge_by_version", merge_by_version)


@breaks(10)
def what_others_wrote_between_is_overlooked(patch: MonkeyPatch) -> None:
    async def others(changelog: Changelog, span: Any) -> list[Any]:
        changelog._end = span.last + 1
        return []

    patch.setattr(Changelog, "_reread_if_others_wrote", others)


@breaks(10)
def memory_is_kept_when_the_store_went_ahead(patch: MonkeyPatch) -> None:
    patch.setattr(Stage, "_reloaded", lambda _stage, _partition, assigned: assigned)


@breaks(10, "compaction", "moving", "attribution")
def shadowed_rows_are_not_written_again(patch: MonkeyPatch) -> None:
    async def rewrite(_: Changelog) -> None: ...

    patch.setattr(Changelog, "rewrite", rewrite)


@breaks(10, "compaction", "moving")
def compaction_waits_for_nobody(patch: MonkeyPatch) -> None:
    def compact(simulation: Simulation, changelog: str) -> None:
        for number in range(PARTITIONS):
            end = len(simulation.broker.logs[changelog, number])
            simulation.broker.compact(changelog, number, end)

    patch.setattr(Simulation, "_compact", compact)


@breaks(10, "compaction", "moving", "attribution")
def marks_of_shadowed_rows_are_lost_in_a_crash(patch: MonkeyPatch) -> None:
    def forget(original: Any, ports: Any, topic: str) -> None:
        original(ports, topic)
        for rows in ports.disk.values():
            rows._shadowed.clear()

    wrapped(patch, SimPorts, "assign", forget)


@breaks(11, "crashes")
def gaps_in_the_input_go_unnoticed(patch: MonkeyPatch) -> None:
    patch.setattr(AssignedPartition, "unprocessed", lambda _assigned, poll: poll.records)


@breaks(11)
def memory_outlives_a_rebalance(patch: MonkeyPatch) -> None:
    def drop(stage: Stage) -> None:
        stage._unacked.clear()
        for assigned in stage._assigned.values():
            assigned.next_offset = None

    patch.setattr(Stage, "drop", drop)


@breaks(15, "small polls", "moving", "attribution")
def a_checkpoint_falls_into_a_fan_out(patch: MonkeyPatch) -> None:
    """The sums of half a fan-out go out under the offset before it, and half of its members are durable."""
    patch.setattr(attribution, "SLICE", 1)

    async def fold(stage: Stage, assigned: Any, raws: Any) -> None:
        partition = assigned._partition
        for raw in raws:
            record = Record(raw.offset, raw.timestamp, raw.key, raw.value, raw.headers)
            for _ in assigned.fold.step(record) or ():
                if stage._assigned.get(partition) is assigned:
                    await stage._send_outputs({partition: assigned})
                    await _write_all(stage, {partition: assigned})

    patch.setattr(Stage, "_fold", fold)
