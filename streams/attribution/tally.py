"""Stage `tally`, by campaign: adds up the partitions' sums into absolute live counts."""

from collections.abc import Iterable, Iterator

import msgspec

from models.statement import MODEL_NAMES, CountRow, LiveCountOf
from streams.attribution.messages import Sum, decode_sum
from streams.attribution.packed import pack, unpack
from streams.step import Out, Record, Rows


class SumRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    version: int
    sum: Sum


decode_row = msgspec.msgpack.Decoder(SumRow).decode


CountKey = tuple[str, str, str]
"""District, month, kind."""
_encode = msgspec.json.Encoder().encode


class Counts:
    """A campaign's totals by place, each with the JSON of its rows: a record says all of them, few change."""

    def __init__(self, sums: Iterable[Sum]) -> None:
        self._totals: dict[CountKey, int] = {}
        self._texts: dict[CountKey, bytes] = {}
        for one in sums:
            self.add(one, _packed(one))

    def add(self, where: Sum, packed: int) -> None:
        """To the place that a sum names."""
        place = where.district, where.month, where.kind
        if place not in self._totals:
            self._totals = dict(sorted([*self._totals.items(), (place, 0)]))
        self._totals[place] += packed
        self._texts.pop(place, None)

    def rows(self) -> msgspec.Raw:
        """JSON of every row that is not zero, by place."""
        texts = (self._text(place, total) for place, total in self._totals.items() if total)
        return msgspec.Raw(b"[%s]" % b",".join(texts))

    def _text(self, place: CountKey, total: int) -> bytes:
        text = self._texts.get(place)
        if text is None:
            text = self._texts[place] = _encode(_count_rows(place, total))[1:-1]
        return text


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
        self._counts: dict[bytes, Counts] = {}
        """Of campaigns that were said before."""

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
        before, now = _packed(known.sum) if known is not None else None, _packed(new)
        if before != now:
            self._marked[campaign] = record.offset
            if counts := self._counts.get(campaign):
                counts.add(new, now - (before or 0))
        return None

    def outputs(self) -> list[Out]:
        marked, self._marked = self._marked, {}
        return [self._live_count(campaign, offset) for campaign, offset in marked.items()]

    def _live_count(self, campaign: bytes, offset: int) -> Out:
        counts = self._counts.get(campaign)
        if counts is None:
            rows = self._rows.group(campaign).values()
            counts = self._counts[campaign] = Counts(row.sum for row in rows)
        count = LiveCountOf(campaign.decode(), self._generation + offset, counts.rows())
        return Out(self._topic, campaign, _encode(count))


def _packed(one: Sum) -> int:
    return pack(one.credit, one.members)


def _count_rows(cell: CountKey, packed: int) -> list[CountRow]:
    credit, members = unpack(packed)
    return [
        CountRow(*cell, model, credit[index], members[index])
        for index, model in enumerate(MODEL_NAMES)
        if members[index]
    ]
