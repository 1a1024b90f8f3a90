"""Rules 2, 4, 5, 6, 7, 12 and the receivers' own disabled: what the folds decide and send."""

from random import Random
from typing import Any

import msgspec
from pytest import MonkeyPatch  # noqa: PT013 - a type, used by name in every function here

from streams.attribution.attribution import MEMBER, AttributionFold, MemberRow
from streams.attribution.event import EventFold
from streams.attribution.journey import JourneyFold
from streams.attribution.messages import ACTIVE
from streams.attribution.nearby import PlaceTouches
from streams.attribution.sums import Sums
from streams.attribution.tally import TallyFold
from tests.simulation.broken import breaks, wrapped


def _batch(fold: Any) -> dict[Any, Any]:
    """Values of keys before their first change since the last outputs."""
    return fold.__dict__.setdefault("_before", {})


@breaks(2, season="moving", stage="attribution")
def a_statement_that_came_back_is_not_sent(patch: MonkeyPatch) -> None:
    """Two changes in one checkpoint that cancel out: the value between may have been sent."""

    def restate(original: Any, fold: Any, member: bytes, group: dict[bytes, MemberRow], record: Any) -> None:
        _batch(fold).setdefault(member, group[MEMBER].stated)
        original(fold, member, group, record)

    def outputs(original: Any, fold: Any) -> Any:
        for member in list(fold._marked):
            if fold._rows.group(member)[MEMBER].stated == _batch(fold)[member]:
                del fold._marked[member]
        _batch(fold).clear()
        return original(fold)

    wrapped(patch, AttributionFold, "_restate", restate)
    wrapped(patch, AttributionFold, "outputs", outputs)


@breaks(2)
def a_sum_that_came_back_is_not_sent(patch: MonkeyPatch) -> None:
    def change_cell(original: Any, cells: Any, cell: Any, *change: Any) -> None:
        _batch(cells).setdefault(cell, cells._cells.get(cell, 0))
        original(cells, cell, *change)

    def pop(original: Any, cells: Any) -> Any:
        came_back = {cell for cell in cells._marked if _batch(cells)[cell] == cells._cells[cell]}
        sent = [sums for sums in original(cells) if sums[0] not in came_back]
        _batch(cells).clear()
        return sent

    wrapped(patch, Sums, "_change", change_cell)
    wrapped(patch, Sums, "pop_marked", pop)


def _answers(fold: Any, subject: bytes) -> dict[tuple[bytes, bytes], Any]:
    return {(subject, slot): fold._answer(subject, slot, 0) for slot in fold._rows.group(b"e" + subject)}


@breaks(2, stage="journey")
def an_answer_that_came_back_is_not_sent(patch: MonkeyPatch) -> None:
    def step(original: Any, fold: Any, record: Any) -> Any:
        for marked, answer in _answers(fold, record.key).items():
            _batch(fold).setdefault(marked, answer)
        return original(fold, record)

    def outputs(original: Any, fold: Any) -> Any:
        for subject, slot in list(fold._marked):
            if fold._answer(subject, slot, 0) == _batch(fold).get((subject, slot)):
                del fold._marked[subject, slot]
        _batch(fold).clear()
        return original(fold)

    wrapped(patch, JourneyFold, "step", step)
    wrapped(patch, JourneyFold, "outputs", outputs)


@breaks(2, stage="tally")
def a_live_count_that_came_back_is_not_sent(patch: MonkeyPatch) -> None:
    def live_count(fold: Any, campaign: bytes) -> Any:
        return fold._live_count(campaign, 0)

    def step(original: Any, fold: Any, record: Any) -> None:
        _batch(fold).setdefault(record.key, live_count(fold, record.key))
        original(fold, record)

    def outputs(original: Any, fold: Any) -> Any:
        for campaign in list(fold._marked):
            if live_count(fold, campaign) == _batch(fold)[campaign]:
                del fold._marked[campaign]
        _batch(fold).clear()
        return original(fold)

    wrapped(patch, TallyFold, "step", step)
    wrapped(patch, TallyFold, "outputs", outputs)


@breaks(2)
def a_live_count_carries_the_first_change_of_its_checkpoint(patch: MonkeyPatch) -> None:
    def step(original: Any, fold: Any, record: Any) -> None:
        before = dict(fold._marked)
        original(fold, record)
        fold._marked |= before

    wrapped(patch, TallyFold, "step", step)


@breaks(2)
def an_answer_carries_the_first_change_of_its_checkpoint(patch: MonkeyPatch) -> None:
    def step(original: Any, fold: Any, record: Any) -> None:
        before = dict(fold._marked)
        for _ in original(fold, record) or ():
            pass
        fold._marked |= before

    wrapped(patch, JourneyFold, "step", step)


@breaks(2)
def a_sum_carries_the_first_offset_of_its_checkpoint(patch: MonkeyPatch) -> None:
    def step(original: Any, fold: Any, record: Any) -> None:
        _batch(fold).setdefault("first", record.offset)
        for _ in original(fold, record) or ():
            pass

    def outputs(original: Any, fold: Any) -> Any:
        last, fold._last_offset = fold._last_offset, _batch(fold).pop("first", fold._last_offset)
        try:
            return original(fold)
        finally:
            fold._last_offset = last

    wrapped(patch, AttributionFold, "step", step)
    wrapped(patch, AttributionFold, "outputs", outputs)


def _version_of_events(patch: MonkeyPatch, version: Any) -> None:
    def created(original: Any, fold: Any, *arguments: Any, **named: Any) -> None:
        original(fold, *arguments, **named)
        reach, count = fold._reach, [0]

        def reach_with_version(before: Any, now: Any, offset: int) -> Any:
            del offset
            count[0] += 1
            return reach(before, now, version(now, count[0]))

        fold._reach = reach_with_version

    wrapped(patch, EventFold, "__init__", created)


@breaks(4, "steady", "awkward")
def versions_are_revisions(patch: MonkeyPatch) -> None:
    """A conflict changes the event, and its revision stays."""
    _version_of_events(patch, lambda now, _: now.revision)


@breaks(4, "crashes")
def versions_count_what_was_taken_in(patch: MonkeyPatch) -> None:
    """A counter starts anew with each owner."""
    _version_of_events(patch, lambda _, count: count)


@breaks(5)
def an_enrollment_taken_back_is_forgotten(patch: MonkeyPatch) -> None:
    """An older copy, sent late, brings it back."""

    def on_message(original: Any, fold: Any, member: bytes, message: Any, record: Any) -> None:
        original(fold, member, message, record)
        row = fold._rows.group(member).get(MEMBER)
        if row is not None:
            naming = tuple(one for one in row.enrollments if one.standing == ACTIVE)
            fold._rows.group(member)[MEMBER] = msgspec.structs.replace(row, enrollments=naming)

    wrapped(patch, AttributionFold, "_on_message", on_message)


@breaks(5, "steady")
def a_campaign_without_members_is_not_sent(patch: MonkeyPatch) -> None:
    def outputs(original: Any, fold: Any) -> Any:
        return [out for out in original(fold) if b'"rows":[]' not in out.value]

    wrapped(patch, TallyFold, "outputs", outputs)


@breaks(5, "steady")
def a_sum_of_nothing_is_not_sent(patch: MonkeyPatch) -> None:
    def pop(original: Any, cells: Any) -> Any:
        return [(cell, credit, members) for cell, credit, members in original(cells) if any(credit)]

    wrapped(patch, Sums, "pop_marked", pop)


@breaks(6, "steady")
def an_answer_is_sent_only_when_its_touches_changed(patch: MonkeyPatch) -> None:
    """The member waits for the version of its enrollment, for ever."""

    def on_enrollment(original: Any, fold: Any, subject: bytes, enrolled: Any, offset: int) -> None:
        slot = enrolled.event_id.encode()
        known = fold._rows.group(b"e" + subject).get(slot)
        marked = dict(fold._marked)
        original(fold, subject, enrolled, offset)
        if known is not None and known.enrolled.occurred_us == enrolled.occurred_us:
            fold._marked = marked

    wrapped(patch, JourneyFold, "_on_enrollment", on_enrollment)


@breaks(7, "steady", "awkward")
def a_conflict_goes_to_the_later_arrival(patch: MonkeyPatch) -> None:
    def to_row(original: Any, fold: Any, *arguments: Any) -> Any:
        return msgspec.structs.replace(original(fold, *arguments), recorded_us=-(1 << 60))

    wrapped(patch, EventFold, "_to_row", to_row)


@breaks(7, "small polls")
def a_fold_throws_dice(patch: MonkeyPatch) -> None:
    dice = Random(0)

    def around(original: Any, touches: Any, *arguments: Any) -> Any:
        return [touch for touch in original(touches, *arguments) if dice.random() < 0.9]

    wrapped(patch, PlaceTouches, "around", around)


@breaks(12, "small polls")
def a_record_is_judged_where_it_lies(patch: MonkeyPatch) -> None:
    def created(original: Any, fold: Any, *arguments: Any, **named: Any) -> None:
        original(fold, *arguments, **named)
        fold._partition_of = lambda _: fold._partition

    wrapped(patch, EventFold, "__init__", created)
