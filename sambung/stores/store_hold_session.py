"""A PostgreSQL store held by an advisory lock, which lasts as long as the connection that took it."""

from contextlib import suppress
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from sinks.store import open_session

FOLLOWERS: Final = 0x5A4B0002
"""First half of the lock; the second half is the schema's, so that stores in one database are told apart."""
_LOCK: Final = f"({FOLLOWERS}, hashtext(current_schema()))"
_TAKE: Final = {
    True: text(f"SELECT pg_try_advisory_lock{_LOCK}"),
    False: text(f"SELECT pg_try_advisory_lock_shared{_LOCK}"),
}
_LET_GO: Final = {
    True: text(f"SELECT pg_advisory_unlock{_LOCK}"),
    False: text(f"SELECT pg_advisory_unlock_shared{_LOCK}"),
}
_IS_THERE: Final = text("SELECT 1")


class SessionHold:
    def __init__(self, database: str) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._alone: bool | None = None
        """How this connection holds it; None for not."""
        self._wanted: bool | None = None
        """How it was taken last; None for not."""

    def take(self, *, alone: bool) -> bool:
        if self._connection is None:
            self._connection = open_session(self._database)
        if alone != self._alone:
            if not self._connection.scalar(_TAKE[alone]):
                return False
            if self._alone is not None:  # it may hold both for a moment, so nobody comes between
                self._connection.execute(_LET_GO[self._alone])
            self._alone = alone
        self._wanted = alone
        return True

    def keep(self) -> bool:
        if self._wanted is None or self._is_held():
            return True
        self._drop()
        return self.take(alone=self._wanted)

    def let_go(self) -> None:
        """By asking for it: of a connection that is closed the server keeps the lock a moment longer."""
        self._wanted = None
        if self._connection is not None and self._alone is not None:
            with suppress(SQLAlchemyError):  # the server is gone, and the lock with it
                self._connection.execute(_LET_GO[self._alone])
        self._drop()

    def _is_held(self) -> bool:
        if self._connection is None or self._alone is None:
            return False
        try:
            return bool(self._connection.scalar(_IS_THERE))
        except SQLAlchemyError:  # also that the connection broke before and cannot be asked any more
            return False

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._alone = None
