"""A copy of a store: written while others write, and made a store again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from sinks.base import StoreError, StoreUnavailable
from sinks.databases import DATABASES
from sinks.databases.base import Database
from sinks.databases.sqlite_copies import check_nothing_beside
from sinks.store import newer, open_for_reading, parse
from sinks.whole_file import whole_file

Result = TypeVar("Result")


def back_up(
    url: str,
    file: Path,
    look: Callable[[Connection], Result],
    *,
    replace: bool = False,
    complete: Callable[[Path], None] = lambda _: None,
) -> Result:
    """Copy the store as it was at one commit, and return what `look` reads of that very moment.

    `complete` may add to the copy before it has its name. The file is whole under its name or not there; with
    `replace` it replaces one. Raises StoreError.
    """
    database, parsed = parse(url)
    engine = open_for_reading(url, also_older=True)
    store = Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
    try:
        with (
            whole_file(file, lambda path: _check_free(path, store, replace=replace)) as partial,
            engine.begin() as connection,
        ):
            found = look(connection)
            database.back_up(connection, parsed, partial)
            complete(partial)
    except OSError as problem:
        if problem.filename is not None:
            raise
        raise StoreUnavailable(f"{file} cannot be written: {problem.strerror}") from None
    finally:
        engine.dispose()
    return found


def check_copy(url: str, file: Path) -> None:
    """Raises StoreError for what this release cannot restore at the URL, OSError for no file."""
    database, parsed = parse(url)
    _check_kind(database, file)
    revision = database.revision_in(parsed, file)
    if revision is None:
        raise StoreError(
            f"{file} has no store of sambung's, or not a whole one. `sambung backup` makes copies."
        )
    from sinks.migrations import revisions  # noqa: PLC0415  alembic takes a third of a second to import

    if not revisions.is_known(revision):
        raise newer(revision, f"The store in {file}")


@contextmanager
def restored(url: str, file: Path) -> Iterator[str]:
    """URL at which the store of a checked copy can be looked at; at the end of the block it is at `url`.

    After an error there is none, or what `Database.after_failure` says. Raises StoreError.
    """
    database, parsed = parse(url)
    with database.restored(parsed, file) as place:
        yield place.render_as_string(hide_password=False)


def _check_free(file: Path, store: Path | None, *, replace: bool) -> None:
    """With the path of the store if that is a file."""
    if store is not None:
        if file.exists() and file.samefile(store):
            raise StoreError(f"{file} is the store itself. Name another file.")
        check_nothing_beside(file)
    if file.exists() and not file.is_file():
        raise StoreError(f"{file} is no file. Name one that is to be made.")
    if file.exists() and not replace:
        raise StoreError(f"{file} is there already. Name another file, or let it be replaced: --force")


def _check_kind(database: Database, file: Path) -> None:
    with file.open("rb") as opened:
        begins = opened.read(16)
    if begins.startswith(database.copy_begins):
        return
    for other in DATABASES:
        if begins.startswith(other.copy_begins):
            raise StoreError(
                f"{file} is a copy of a store in {other.name}, and the URL names a database of "
                f"{database.name}. A copy is restored into a database of its own kind."
            )
    raise StoreError(f"{file} is no copy of a store. `sambung backup` makes such.")
