"""The table `sink_version`: the highest version seen of a key where no other row has it."""

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, select

from models.tables.bookkeeping import SinkVersionRow
from models.tables.columns import table_of
from sinks.databases.reading import among
from sinks.databases.writing import put_rows

MEMBER: Final = "member"
CAMPAIGN: Final = "campaign"

_SEEN = table_of(SinkVersionRow)
_SEEN_VERSIONS = select(_SEEN.c.key, _SEEN.c.version).where(
    _SEEN.c.kind == bindparam("of_kind"), among(_SEEN.c.key)
)


def seen_versions(connection: Connection, kind: str, keys: Collection[str]) -> dict[str, int]:
    return dict(connection.execute(_SEEN_VERSIONS, {"of_kind": kind, "keys": keys}).all()) if keys else {}


def store_versions(connection: Connection, kind: str, versions: Mapping[str, int]) -> None:
    put_rows(connection, _SEEN, [(kind, key, version) for key, version in versions.items()])
