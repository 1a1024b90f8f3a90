"""Rules 7 and 16 disabled: headers and partitions of the records that a stage sends."""

from itertools import count
from typing import Any

from pytest import MonkeyPatch  # noqa: PT013 - a type, used by name in every function here

from streams.attribution import attribution
from streams.attribution.journey import JourneyFold
from tests.simulation.broken import breaks, wrapped


@breaks(7, season="moving", stage="attribution")
def a_statement_is_dated_by_the_clock(patch: MonkeyPatch) -> None:
    """Sent again after a crash, one version says two times."""
    clock = count(1_600_000_000_000)

    def record(original: Any, member: str, version: int, _: int, *content: Any) -> Any:
        return original(member, version, next(clock), *content)

    wrapped(patch, attribution, "credit_record", record)


@breaks(16, "steady")
def answers_go_to_one_partition_whatever_their_member(patch: MonkeyPatch) -> None:
    def created(original: Any, fold: Any, rows: Any, rules: Any, topic: str, _: Any) -> None:
        original(fold, rows, rules, topic, lambda _key: 0)

    wrapped(patch, JourneyFold, "__init__", created)
