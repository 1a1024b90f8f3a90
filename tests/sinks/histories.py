"""Random histories of a stream, and random deliveries of them."""

from collections.abc import Sequence
from random import Random

from hypothesis import strategies as st

from models.events import EVENTS, canonical
from sinks.base import Batch
from tests.builders import Event, enrollment, inspection, line, outreach
from tests.sinks.records import batch, cancelled, count, gone, organic, refused, row, statement
from tests.sinks.records import line as earned

Record = tuple[str, bytes]
"""Field of a Batch, value."""

MEMBERS = ("m1", "m2", "m3")
CAMPAIGNS = ("a", "b")


def _statement(member: str, offset: int, content: int, generation: int) -> Record:
    contents = (
        lambda: gone(member, offset, generation=generation),
        lambda: cancelled(member, offset, generation=generation),
        lambda: statement(member, offset, generation=generation, evidence="none", lines=(organic(),)),
        lambda: statement(member, offset, generation=generation, lines=(earned("a"),)),
        lambda: statement(member, offset, generation=generation, lines=(earned("b"),)),
        lambda: statement(member, offset, generation=generation, duplicates=1, lines=(earned("b"),)),
    )
    return "statements", contents[content]()


def _count(campaign: str, offset: int, cells: Sequence[int], generation: int) -> Record:
    districts = ("34.01", "34.02", "34.03")
    rows = [row(credit, district=place) for place, credit in zip(districts, cells, strict=False) if credit]
    return "counts", count(campaign, offset, *rows, generation=generation)


def _event(number: int, revision: int, content: int) -> Record:
    event: Event = (enrollment, outreach, inspection)[number](name=f"e{number}")
    event = event | {"revision": revision, "source": f"app-{content}"}
    return "accepted", canonical(EVENTS[event["type"]].model_validate_json(line(event)))


@st.composite
def streams(draw: st.DrawFn, generation: int = 1) -> list[Record]:
    """Records of a stream in their order: offsets grow, contents change and recur."""
    few = st.integers(0, 9)
    records = [
        _statement(member, offset, draw(st.integers(0, 5)), generation)
        for member in MEMBERS
        for offset in range(1, draw(st.integers(1, 6)))
    ]
    records += [
        _count(campaign, offset, draw(st.lists(st.integers(0, 2), min_size=0, max_size=3)), generation)
        for campaign in CAMPAIGNS
        for offset in range(1, draw(st.integers(1, 5)))
    ]
    records += [_event(draw(st.integers(0, 2)), draw(st.integers(0, 2)), draw(few)) for _ in range(draw(few))]
    records += [("rejected", refused(offset=draw(few))) for _ in range(draw(few))]
    return records


def delivered(records: Sequence[Record], rng: Random, generation: int = 1) -> list[Batch]:
    """Every record at least once, in any order, some again, cut into batches anywhere."""
    sent = [*records, *(rng.choice(records) for _ in range(rng.randrange(len(records) + 1)) if records)]
    rng.shuffle(sent)
    batches: list[Batch] = []
    while sent:
        size = rng.randrange(1, len(sent) + 1)
        batches.append(batch_of(sent[:size], generation))
        sent = sent[size:]
    return batches


def batch_of(records: Sequence[Record], generation: int = 1) -> Batch:
    def of(field: str) -> tuple[bytes, ...]:
        return tuple(value for name, value in records if name == field)

    return batch(
        *of("statements"),
        counts=of("counts"),
        accepted=of("accepted"),
        rejected=of("rejected"),
        generation=generation,
    )
