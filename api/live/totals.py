"""Totals of campaigns by kind and model, read from the store: all of them, or those that changed since."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Connection, Select, cast, func, select

from api.reading.marks import Mark, newest
from models.statement import MODEL_NAMES
from models.tables.bookkeeping import BatchRow, RemovedRow
from models.tables.columns import table_of
from models.tables.rows import LiveCountRow
from sinks.databases.reading import among

_COUNT, _BATCH, _REMOVED = table_of(LiveCountRow), table_of(BatchRow), table_of(RemovedRow)
_KEY: Final = (_COUNT.c.campaign_id, _COUNT.c.kind, _COUNT.c.model)
_PLURAL: Final = {"worker": "workers", "company": "companies"}
_key_of = msgspec.json.Decoder(tuple[str, ...]).decode


class Look(NamedTuple):
    """What the store has now."""

    mark: Mark
    whole: bool
    """Whether these are all campaigns, because the store is not the one that was seen before."""
    campaigns: Mapping[str, bytes | None]
    """JSON of each that may have changed; None for one that has no credit any more."""


def look(connection: Connection, seen: Mark | None) -> Look:
    """What changed since `seen`; everything where that is None, or was never in this store."""
    mark = newest(connection)
    if seen is None or not _is_there(connection, seen):
        return Look(mark, whole=True, campaigns=_totals(connection, _sums()))
    if mark == seen:
        return Look(mark, whole=False, campaigns={})
    changed = _changed(connection, seen.batch)
    some = _sums().where(among(_COUNT.c.campaign_id))
    found = _totals(connection, some, changed) if changed else {}
    return Look(mark, whole=False, campaigns={one: found.get(one) for one in changed})


def rendered(campaign_id: str, credit: Mapping[tuple[str, str], int]) -> bytes:
    """A campaign's totals, in millionths by kind and model; 0 where there is none.

    >>> rendered("a", {("worker", "last"): 5})[:67]
    b'{"campaign_id":"a","workers":{"first":0,"last":5,"linear":0,"positi'
    """
    by_kind = {
        plural: {model: credit.get((kind, model), 0) for model in MODEL_NAMES}
        for kind, plural in _PLURAL.items()
    }
    return msgspec.json.encode({"campaign_id": campaign_id} | by_kind)


def _is_there(connection: Connection, seen: Mark) -> bool:
    committed_us = connection.scalar(select(_BATCH.c.committed_at).where(_BATCH.c.batch == seen.batch))
    return committed_us == seen.committed_us


def _changed(connection: Connection, batch: int) -> set[str]:
    changed = set(connection.scalars(select(_COUNT.c.campaign_id).where(_COUNT.c.batch > batch).distinct()))
    removed = select(_REMOVED.c.key).where(_REMOVED.c.table == _COUNT.name, _REMOVED.c.batch > batch)
    return changed | {_key_of(key)[0] for key in connection.scalars(removed)}


def _sums() -> Select[Any]:
    return select(*_KEY, cast(func.sum(_COUNT.c.credit), BigInteger)).group_by(*_KEY)


def _totals(connection: Connection, sums: Select[Any], keys: Collection[str] = ()) -> dict[str, bytes]:
    credit = defaultdict[str, dict[tuple[str, str], int]](dict)
    rows: Iterable[tuple[str, str, str, int]] = connection.execute(sums, {"keys": keys} if keys else {})
    for campaign_id, kind, model, millionths in rows:
        credit[campaign_id][kind, model] = millionths
    return {campaign_id: rendered(campaign_id, credit[campaign_id]) for campaign_id in sorted(credit)}
