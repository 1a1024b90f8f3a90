"""Where rows of a store come from: what goes with them when they are handed on."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from models.tables.bookkeeping import BatchRow, GenerationRow, StoreRevisionRow
from models.tables.columns import table_of
from models.tables.views import ContractRow
from reports.moments import Moment

_BATCH, _GENERATION = table_of(BatchRow), table_of(GenerationRow)


@dataclass(frozen=True, slots=True)
class Provenance:
    contract: int
    """The one that the store keeps with its readers."""
    store_revision: str
    batch: int
    """The last one that the rows are of."""
    committed_us: int
    """When it was written: a store with another instant for it has another history."""
    generation: int
    """The stream that wrote it; 0 where none did."""
    settled: bool
    """False while the end of a rebuild is being written: then sums are of two streams."""
    rules: tuple[str, ...]
    """Versions of the rules that the members' statements name, sorted."""
    rules_digest: str | None
    """Of the generation's rules; None where no stream ever wrote."""


def provenance(connection: Connection, moment: Moment) -> Provenance:
    last = select(_BATCH).order_by(_BATCH.c.batch.desc()).limit(1)
    if moment.batch is not None:
        last = last.where(_BATCH.c.batch == moment.batch)
    batch = connection.execute(last).one()
    member = moment.members()
    rules = select(member.c.rules_version).distinct()
    digest = select(_GENERATION.c.rules_digest).where(_GENERATION.c.number == batch.generation)
    return Provenance(
        int(connection.scalar(select(table_of(ContractRow).c.number)) or 0),
        str(connection.scalar(select(table_of(StoreRevisionRow).c.version_num))),
        batch.batch,
        batch.committed_at,
        batch.generation,
        moment.batch is not None or not connection.scalar(_settling()),
        tuple(sorted(one for one in connection.scalars(rules) if one is not None)),
        connection.scalar(digest),
    )


def committed_us(connection: Connection, batch: int) -> int | None:
    """When a batch was written; None for one that the store does not have."""
    return connection.scalar(select(_BATCH.c.committed_at).where(_BATCH.c.batch == batch))


def _settling() -> Select[Any]:
    """1 while the end of a rebuild is being written."""
    newest = select(func.max(_BATCH.c.batch)).where(_BATCH.c.settle.is_(True)).scalar_subquery()
    generation = select(_BATCH.c.generation).where(_BATCH.c.batch == newest).scalar_subquery()
    return select(func.count()).where(_GENERATION.c.number == generation, _GENERATION.c.settled_at.is_(None))
