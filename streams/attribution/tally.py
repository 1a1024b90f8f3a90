"""Stage `tally`, by campaign: adds the partitions' sums up to absolute live counts."""

from collections.abc import Iterable, Iterator

import msgspec

from models.statement import MODEL_NAMES, CountRow, LiveCountOf
from streams.attribution.messages import Sum, decode_sum
from streams.attribution.packed import pack, unpack
from streams.step import Out, Record, Rows


class SumRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    version: int
    """Offset of the record in the topic `tally`; `sum.version` is one in the topic `member`."""
    sum: Sum


decode_row = msgspec.msgpack.Decoder(SumRow).decode


CountKey = tuple[str, str, str]
"""District, month, kind."""
_encode = msgspec.json.Encoder().encode


class Counts:
    """A campaign's totals, each with the JSON of its rows: a record contains all, and few change."""

    def __init__(self, sums: Iterable[Sum]) -> None:
        self._totals: dict[CountKey, int] = {}
        self._texts: dict[CountKey, bytes] = {}
        for one in sums:
            self.add(one, _packed(one))

    def add(self, where: Sum, packed: int) -> None:
        """Add to the total of a sum's district, month and kind."""
        key = where.district, where.month, where.kind
        if key not in self._totals:
            self._totals = dict(sorted([*self._totals.items(), (key, 0)]))
        self._totals[key] += packed
        self._texts.pop(key, None)

    def rows(self) -> msgspec.Raw:
        """JSON of every row that is not zero, in the order of the keys."""
        texts = (self._text(key, total) for key, total in self._totals.items() if total)
        return msgspec.Raw(b"[%s]" % b",".join(texts))

    def _text(self, key: CountKey, total: int) -> bytes:
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = _encode(_count_rows(key, total))[1:-1]
        return text


class TallyFold:
    """Stores each partition's newest sum of each cell; a change sends the complete count of its campaign.

    Parameters
    ----------
    rows: the partition's rows; a group is a campaign, a slot one partition's cell.
    version_base: generation part of every version, added to an offset.
    topic: output topic.
    """

    def __init__(self, rows: Rows[SumRow], version_base: int, topic: str) -> None:
        self._rows = rows
        self._version_base = version_base
        self._topic = topic
        self._marked: dict[bytes, int] = {}
        self._counts: dict[bytes, Counts] = {}
        """Of the campaigns that were sent before."""

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
        count = LiveCountOf(campaign.decode(), self._version_base + offset, counts.rows())
        return Out(self._topic, campaign, _encode(count))


def _packed(one: Sum) -> int:
    return pack(one.credit, one.members)


def _count_rows(key: CountKey, packed: int) -> list[CountRow]:
    credit, members = unpack(packed)
    return [
        CountRow(*key, model, credit[index], members[index])
        for index, model in enumerate(MODEL_NAMES)
        if members[index]
    ]
