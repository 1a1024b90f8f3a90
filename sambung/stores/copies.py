"""A copy of a store, named by what it holds; one that is restored is audited first."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import NamedTuple

from reports.audit import Audit, audit
from reports.audit_words import failures
from reports.contents import Contents, contents
from sambung.stores import journal_copies
from sambung.stores.reading_store import read
from sambung.stores.store_lock import store_lock
from sambung.terminal.exits import Exit, Failed
from sinks import copies
from sinks.databases.sqlite import Sqlite
from sinks.store import parse

NOT_ALONE = (
    "A replay, a worker or another restore is writing to this database. Stop it, and run the same command "
    "again."
)


class BackedUp(NamedTuple):
    contents: Contents
    journal_bytes: int
    """Of the journal of office mode; 0 for none."""


class Restored(NamedTuple):
    contents: Contents
    audit: Audit
    """Its first sum holds; the second does if no count was under way."""
    journal_bytes: int = 0
    """Of the journal of office mode that the copy had; it is beside the store now."""


def back_up(database: str, file: Path, *, replace: bool) -> BackedUp:
    """What the copy holds. Raises StoreError.

    The journal of office mode is copied as it was before the store: no event is in neither of them.
    """
    journal_bytes: list[int] = []
    with _journal(database) as parts:
        found = copies.back_up(
            database,
            file,
            contents,
            replace=replace,
            complete=lambda copy: journal_bytes.append(journal_copies.put_into(copy, parts)),
        )
    return BackedUp(found, sum(journal_bytes))


def _journal(database: str) -> AbstractContextManager[list[journal_copies.Part]]:
    store = _file_of(database)
    return nullcontext([]) if store is None else journal_copies.journal_of(store)


def _file_of(database: str) -> Path | None:
    """The file that is the store; None in PostgreSQL."""
    kind, url = parse(database)
    return Path(url.database or "") if isinstance(kind, Sqlite) else None


def restore(database: str, file: Path) -> Restored:
    """Raises StoreError, and Failed for a copy in which the members' credit does not add up."""
    copies.check_copy(database, file)
    with store_lock(database) as lock:
        lock.acquire_exclusive(NOT_ALONE)
        with copies.restored(database, file) as place:
            found = read(place, lambda one: Restored(contents(one), audit(one)), also_older=True)
            if not found.audit.credited:
                raise _wrong(database, file, found.audit)
            store, copy = _file_of(database), _file_of(place)
            if store is not None and copy is not None:
                found = found._replace(journal_bytes=journal_copies.take_out(copy, store))
    return found


def _wrong(database: str, file: Path, found: Audit) -> Failed:
    kind, _ = parse(database)
    return Failed(
        Exit.CHECK_FAILED, f"The store in {file} is wrong. {failures(found)[0]} {kind.after_failure}"
    )
