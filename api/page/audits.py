"""Audits in the background: a difference is told when two of them, a minute apart, find it."""

from typing import Final, NamedTuple

from reports.audit import Audit, CountDifference

APART_US: Final = 60_000_000


class Audited(NamedTuple):
    audit: Audit
    at_us: int


class Audits:
    """The last one, and the newest of at least a minute before it."""

    def __init__(self) -> None:
        self._taken: list[Audited] = []
        """The oldest first; but one, none is older than a minute before the last."""

    def take(self, audit: Audit, at_us: int) -> None:
        early = [one for one in self._taken if at_us - one.at_us >= APART_US]
        self._taken = [*early[-1:], *self._taken[len(early) :], Audited(audit, at_us)]

    @property
    def last(self) -> Audited | None:
        return self._taken[-1] if self._taken else None

    @property
    def _before(self) -> Audited | None:
        first = self._taken[0] if self._taken else None
        return first if first and self._taken[-1].at_us - first.at_us >= APART_US else None

    @property
    def differences(self) -> tuple[CountDifference, ...]:
        """Of live counts, that both have; while events are taken, one alone may only be under way."""
        if self.last is None or self._before is None:
            return ()
        before = {one.cell for one in self._before.audit.differences}
        return tuple(one for one in self.last.audit.differences if one.cell in before)

    @property
    def credit_is_wrong(self) -> bool:
        """Whether both found members with wrong credit."""
        both = (self.last, self._before)
        return all(one is not None and not one.audit.credited for one in both)
