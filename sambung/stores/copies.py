"""A copy of a store, named by what it holds; one that is restored is audited first."""

from pathlib import Path
from typing import NamedTuple

from reports.audit import Audit, audit
from reports.audit_words import failures
from reports.contents import Contents, contents
from sambung.stores.reading_store import read
from sambung.stores.store_lock import store_lock
from sambung.terminal.exits import Exit, Failed
from sinks import copies
from sinks.store import parse

NOT_ALONE = (
    "A replay, a worker or another restore is writing to this database. Stop it, and run the same command "
    "again."
)


class Restored(NamedTuple):
    contents: Contents
    audit: Audit
    """Its first sum holds; the second does if no count was under way."""


def back_up(database: str, file: Path, *, replace: bool) -> Contents:
    """What the copy holds. Raises StoreError."""
    return copies.back_up(database, file, contents, replace=replace)


def restore(database: str, file: Path) -> Restored:
    """Raises StoreError, and Failed for a copy in which the members' credit does not add up."""
    copies.check_copy(database, file)
    with store_lock(database) as lock:
        lock.acquire_exclusive(NOT_ALONE)
        with copies.restored(database, file) as place:
            found = read(place, lambda one: Restored(contents(one), audit(one)), also_older=True)
            if not found.audit.credited:
                raise _wrong(database, file, found.audit)
    return found


def _wrong(database: str, file: Path, found: Audit) -> Failed:
    kind, _ = parse(database)
    return Failed(
        Exit.CHECK_FAILED, f"The store in {file} is wrong. {failures(found)[0]} {kind.after_failure}"
    )
