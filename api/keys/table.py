"""The table `api_key`: keys are made, listed and revoked; a row is never deleted."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from api.keys.key import Key, Scope, digest
from models.tables.columns import table_of
from models.tables.gateway import ApiKeyRow
from sinks.databases.reading import among

_TABLE: Final = table_of(ApiKeyRow)
_SCOPES: Final = {scope.value: scope for scope in Scope}
_VALID: Final = select(_TABLE.c.digest, _TABLE.c.name, _TABLE.c.scopes, _TABLE.c.places).where(
    _TABLE.c.revoked_at.is_(None)
)
_BY_DIGEST: Final = _VALID.where(among(_TABLE.c.digest))
_BY_NAME: Final = _VALID.where(among(_TABLE.c.name))


class Kept(NamedTuple):
    """A valid key with the digest that the store keeps of it."""

    key: Key
    digest: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A key as its owner lists it."""

    key: Key
    created_us: int
    revoked_us: int | None
    """None for a valid one."""


def valid_keys(connection: Connection, digests: list[str]) -> dict[str, Key]:
    """Those of the digests that are keys and not revoked, in one query."""
    rows = connection.execute(_BY_DIGEST, {"keys": digests})
    return {found: _key(name, scopes, places) for found, name, scopes, places in rows}


def keys_named(connection: Connection, names: list[str]) -> dict[str, Kept]:
    """Those of the names that valid keys have, in one query."""
    rows = connection.execute(_BY_NAME, {"keys": names})
    return {name: Kept(_key(name, scopes, places), found) for found, name, scopes, places in rows}


def listed_keys(connection: Connection) -> list[Listed]:
    """All that were ever made, by name."""
    rows = connection.execute(select(_TABLE).order_by(_TABLE.c.name))
    return [Listed(_key(row.name, row.scopes, row.places), row.created_at, row.revoked_at) for row in rows]


def listed_key(connection: Connection, name: str) -> Listed | None:
    return next((one for one in listed_keys(connection) if one.key.name == name), None)


def add_key(connection: Connection, key: Key, token: str, at_us: int) -> bool:
    """False where the name is, or was, another's: what it did is recorded under the name."""
    row = {
        "name": key.name,
        "digest": digest(token),
        "scopes": ",".join(sorted(key.scopes)),
        "places": ",".join(sorted(key.places)) or None,
        "created_at": at_us,
        "revoked_at": None,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(_TABLE), row)
    except IntegrityError:
        return False
    return True


def revoke_key(connection: Connection, name: str, at_us: int) -> bool:
    """False for a key that is not there or revoked already."""
    of_name = update(_TABLE).where(_TABLE.c.name == name, _TABLE.c.revoked_at.is_(None))
    return connection.execute(of_name.values(revoked_at=at_us)).rowcount == 1


def _key(name: str, scopes: str, places: str | None) -> Key:
    """A scope that this release does not know allows nothing."""
    known = frozenset(_SCOPES[one] for one in scopes.split(",") if one in _SCOPES)
    return Key(name, known, () if places is None else tuple(places.split(",")))
