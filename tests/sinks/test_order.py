"""Any order, any repeat, any cut, any crash and return: the same rows."""

from collections.abc import Callable
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from sinks.staging import Staging
from tests.sinks.cases import Kind, SinkCase
from tests.sinks.histories import Record, batch_of, delivered, streams
from tests.sinks.records import NOW_US, ORIGIN
from tests.sinks.tables import Rows, determined
from tests.thorough import tries

NO_STORE = Kind("memory", lambda: "")
randoms = st.randoms(use_true_random=False)
quick = settings(max_examples=tries(40), deadline=None)


def one_by_one(records: list[Record]) -> dict[str, Rows]:
    """The rows of the memory sink after every record once, in order."""
    return rows_after(NO_STORE, lambda case: case.apply(*(batch_of([record]) for record in records)))


def rows_after(kind: Kind, fill: Callable[[SinkCase], object]) -> dict[str, Rows]:
    with kind.opened() as case:
        fill(case)
        return determined(case.all_rows())


@quick
@given(records=streams(), rng=randoms)
def test_any_delivery_ends_in_the_same_rows(kind: Kind, records: list[Record], rng: Random) -> None:
    assert rows_after(kind, lambda case: case.apply(*delivered(records, rng))) == one_by_one(records)


@quick
@given(records=streams(), cut=st.integers(0, 40), rng=randoms)
def test_a_part_and_then_all_again_ends_in_the_same_rows(
    kind: Kind, records: list[Record], cut: int, rng: Random
) -> None:
    def fill(case: SinkCase) -> None:
        case.apply(*delivered(records[:cut], rng))
        case.apply(batch_of(records))

    assert rows_after(kind, fill) == one_by_one(records)


@quick
@given(before=streams(), records=streams(generation=2), rng=randoms)
def test_a_staged_rebuild_ends_in_the_rows_of_a_store_that_never_knew_another_stream(
    kind: Kind, before: list[Record], records: list[Record], rng: Random
) -> None:
    def fill(case: SinkCase) -> None:
        case.apply(*delivered(before, rng))
        case.sink.open_generation(ORIGIN, NOW_US)
        with Staging(2) as staging:
            for batch in delivered(records, rng, 2):
                staging.apply(batch)
            case.apply(*delivered(before, rng))  # a worker of the old stream that is still running
            staging.settle(case.sink, {}, NOW_US)

    events_of_both = [record for record in before if record[0] in {"accepted", "rejected"}]
    assert rows_after(kind, fill) == one_by_one([*events_of_both, *records])


@quick
@given(before=streams(), records=streams(generation=2), cut=st.integers(0, 4), rng=randoms)
def test_a_rebuild_that_dies_while_settling_is_done_again(
    kind: Kind, before: list[Record], records: list[Record], cut: int, rng: Random
) -> None:
    def fill(case: SinkCase) -> None:
        case.apply(*delivered(before, rng))
        case.sink.open_generation(ORIGIN, NOW_US)
        case.apply(*delivered(records, rng, 2)[:cut])  # up to the crash
        with Staging(2) as staging:
            staging.apply(batch_of(records, 2))
            staging.settle(case.sink, {}, NOW_US)

    events_of_both = [record for record in before if record[0] in {"accepted", "rejected"}]
    assert rows_after(kind, fill) == one_by_one([*events_of_both, *records])
