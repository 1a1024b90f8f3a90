"""Any order, any repeat, any cut, any crash and return: the same rows."""

from collections.abc import Callable
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from sinks.staging import Staging
from tests.sinks.histories import Record, delivered, packed, streams
from tests.sinks.kept import Kept, Kind
from tests.sinks.records import NOW_US, ORIGIN
from tests.sinks.shown import Rows, determined
from tests.thorough import tries

NO_STORE = Kind("memory", lambda: "")
randoms = st.randoms(use_true_random=False)
quick = settings(max_examples=tries(40), deadline=None)


def one_by_one(said: list[Record]) -> dict[str, Rows]:
    """The rows of the memory sink that is told everything once, in order."""
    return rows_after(NO_STORE, lambda kept: kept.apply(*(packed([record]) for record in said)))


def rows_after(kind: Kind, fill: Callable[[Kept], object]) -> dict[str, Rows]:
    with kind.opened() as kept:
        fill(kept)
        return determined(kept.all_rows())


@quick
@given(said=streams(), rng=randoms)
def test_any_delivery_ends_in_the_same_rows(kind: Kind, said: list[Record], rng: Random) -> None:
    assert rows_after(kind, lambda kept: kept.apply(*delivered(said, rng))) == one_by_one(said)


@quick
@given(said=streams(), cut=st.integers(0, 40), rng=randoms)
def test_a_part_and_then_all_again_ends_in_the_same_rows(
    kind: Kind, said: list[Record], cut: int, rng: Random
) -> None:
    def fill(kept: Kept) -> None:
        kept.apply(*delivered(said[:cut], rng))
        kept.apply(packed(said))

    assert rows_after(kind, fill) == one_by_one(said)


@quick
@given(before=streams(), said=streams(generation=2), rng=randoms)
def test_a_staged_rebuild_ends_in_the_rows_of_a_store_that_never_knew_another_stream(
    kind: Kind, before: list[Record], said: list[Record], rng: Random
) -> None:
    def fill(kept: Kept) -> None:
        kept.apply(*delivered(before, rng))
        kept.sink.open_generation(ORIGIN, NOW_US)
        with Staging(2) as staging:
            for batch in delivered(said, rng, 2):
                staging.apply(batch)
            kept.apply(*delivered(before, rng))  # a worker of the old stream that has not ended yet
            staging.settle(kept.sink, {}, NOW_US)

    events_of_both = [record for record in before if record[0] in {"accepted", "rejected"}]
    assert rows_after(kind, fill) == one_by_one([*events_of_both, *said])


@quick
@given(before=streams(), said=streams(generation=2), cut=st.integers(0, 4), rng=randoms)
def test_a_rebuild_that_dies_while_settling_is_done_again(
    kind: Kind, before: list[Record], said: list[Record], cut: int, rng: Random
) -> None:
    def fill(kept: Kept) -> None:
        kept.apply(*delivered(before, rng))
        kept.sink.open_generation(ORIGIN, NOW_US)
        kept.apply(*delivered(said, rng, 2)[:cut])  # as far as it came
        with Staging(2) as staging:
            staging.apply(packed(said, 2))
            staging.settle(kept.sink, {}, NOW_US)

    events_of_both = [record for record in before if record[0] in {"accepted", "rejected"}]
    assert rows_after(kind, fill) == one_by_one([*events_of_both, *said])
