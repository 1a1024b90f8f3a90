"""The table `target`: a load replaces the targets of its year."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from models.tables.columns import table_of
from models.tables.reporting import TargetRow
from models.targets import Target, key_of

_TARGET = table_of(TargetRow)


def replace_targets(connection: Connection, targets: Sequence[Target], now_us: int) -> int:
    """Store the targets of one year in place of those there were; returns how many there were."""
    (year,) = {one.year for one in targets}
    before_us = connection.scalar(select(func.max(_TARGET.c.loaded_at)))
    loaded_us = now_us if before_us is None else max(now_us, before_us + 1)
    replaced = connection.execute(delete(_TARGET).where(_TARGET.c.year == year)).rowcount
    connection.execute(insert(_TARGET), [_row(one, loaded_us) for one in targets])
    return replaced


def _row(target: Target, loaded_us: int) -> dict[str, object]:
    place, kind, channel, agent = key_of(target)
    return {
        "year": target.year,
        "place": place,
        "kind": kind,
        "channel": channel,
        "agent": agent,
        "number": target.number,
        "months": None if target.months is None else msgspec.json.encode(target.months).decode(),
        "loaded_at": loaded_us,
    }
