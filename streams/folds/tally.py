"""Stage `tally`, by campaign: adds up the partitions' sums into absolute live counts."""

from collections.abc import Iterator

import msgspec

from streams.credit import MODELS
from streams.folds.messages import Sum, decode_sum
from streams.folds.packed import pack, unpack
from streams.step import Out, Record, Rows


class SumRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    version: int
    sum: Sum


decode_row = msgspec.msgpack.Decoder(SumRow).decode


class CountRow(msgspec.Struct, frozen=True, gc=False):
    """A row as it goes out; `models.statement.CountRow` says what each field means."""

    district: str
    month: str
    kind: str
    model: str
    credit: int
    members: int


class LiveCount(msgspec.Struct, frozen=True, gc=False):
    """A record as it goes out; `models.statement.LiveCount` says what each field means."""

    campaign_id: str
    version: int
    rows: list[CountRow]


Place = tuple[str, str, str]
"""District, month, kind."""
_encode = msgspec.json.Encoder().encode


class TallyFold:
    """Keeps each partition's newest sum of each cell; says a campaign whole whenever one of them changed.

    Parameters
    ----------
    rows: the partition's rows; a group is a campaign, a slot one partition's cell.
    generation: high bits of every version that leaves the stream, already shifted.
    topic: where the live counts go.
    """

    def __init__(self, rows: Rows[SumRow], generation: int, topic: str) -> None:
        self._rows = rows
        self._generation = generation
        self._topic = topic
        self._marked: dict[bytes, int] = {}

    def restore(self) -> None:
        """Nothing lives in memory only."""

    def step(self, record: Record) -> Iterator[None] | None:
        campaign = record.key or b""
        new = decode_sum(record.value or b"")
        group = self._rows.group(campaign)
        slot = f"{new.partition}/{new.district}/{new.month}/{new.kind}".encode()
        known = group.get(slot)
        if known is not None and (known.version >= record.offset or known.sum.version >= new.version):
            return None
        group[slot] = SumRow(record.offset, new)
        self._rows.write(campaign, slot)
        old = (known.sum.credit, known.sum.members) if known is not None else None
        if old != (new.credit, new.members):
            self._marked[campaign] = record.offset
        return None

    def outputs(self) -> list[Out]:
        marked, self._marked = self._marked, {}
        return [self._live_count(campaign, offset) for campaign, offset in marked.items()]

    def _live_count(self, campaign: bytes, offset: int) -> Out:
        totals: dict[Place, int] = {}
        for row in self._rows.group(campaign).values():
            one = row.sum
            cell = one.district, one.month, one.kind
            totals[cell] = totals.get(cell, 0) + pack(one.credit, one.members)
        rows = [row for cell in sorted(totals) if totals[cell] for row in _count_rows(cell, totals[cell])]
        count = LiveCount(campaign.decode(), self._generation + offset, rows)
        return Out(self._topic, campaign, _encode(count))


def _count_rows(cell: Place, packed: int) -> list[CountRow]:
    credit, members = unpack(packed)
    return [
        CountRow(*cell, model, credit[index], members[index])
        for index, model in enumerate(MODELS)
        if members[index]
    ]
