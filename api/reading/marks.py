"""How far a store was when it was read, and whether a client has that already."""

import hashlib
from importlib.metadata import version
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from models.tables.bookkeeping import BatchRow
from models.tables.columns import table_of
from models.tables.reporting import TargetRow

_BATCH = table_of(BatchRow)
_LOADED: Final = select(func.max(table_of(TargetRow).c.loaded_at)).scalar_subquery()
_NEWEST: Final = (
    select(_BATCH.c.batch, _BATCH.c.committed_at, _LOADED).order_by(_BATCH.c.batch.desc()).limit(1)
)
_DIGEST_BYTES: Final = 12


class Mark(NamedTuple):
    """The last batch of a snapshot. A restored store counts batches again, at another time."""

    batch: int
    committed_us: int
    targets_us: int | None = None
    """When targets were last loaded, which makes no batch."""


def newest(connection: Connection) -> Mark:
    return Mark(*connection.execute(_NEWEST).one())


def etag(mark: Mark, *question: Any) -> str:
    """Strong: what is answered to a question as of a mark has the same bytes in one release."""
    asked = msgspec.json.encode((version("sambung"), mark, question))
    return f'"{mark.batch}-{hashlib.blake2b(asked, digest_size=_DIGEST_BYTES).hexdigest()}"'


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Whether a client names a tag among those that it has (RFC 9110, section 13.1.2).

    >>> is_known('"7-a"', '"6-b", W/"7-a"'), is_known('"7-a"', '*'), is_known('"7-a"', None)
    (True, True, False)
    """
    known = [one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")]
    return tag in known or known == ["*"]
