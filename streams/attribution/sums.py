"""Sums of one partition: the credit of all its members by cell. In memory only."""

from models.instants import month_in_jakarta
from streams.attribution.membership import Membership
from streams.attribution.outcome import Outcome
from streams.attribution.packed import CreditByModel, MembersByModel, unpack

Cell = tuple[str, str, str, str]
"""Key of a sum: campaign, district, month, kind."""


class Sums:
    """Credit and members by cell, packed; a changed cell is marked until its sum is sent."""

    def __init__(self) -> None:
        self._cells: dict[Cell, int] = {}
        self._marked: dict[Cell, None] = {}

    def add(self, membership: Membership, outcome: Outcome) -> None:
        for cell, earned in _by_cell(membership, outcome):
            self._change(cell, earned)

    def subtract(self, membership: Membership, outcome: Outcome) -> None:
        """Undo an earlier `add`."""
        for cell, earned in _by_cell(membership, outcome):
            self._change(cell, -earned)

    def _change(self, cell: Cell, change: int) -> None:
        self._cells[cell] = self._cells.get(cell, 0) + change
        self._marked[cell] = None

    def pop_marked(self) -> list[tuple[Cell, CreditByModel, MembersByModel]]:
        """Sums of the cells that changed since the last call; a cell at zero is returned once and dropped."""
        changed = [(cell, *unpack(self._cells[cell])) for cell in self._marked]
        for cell in self._marked:
            if not self._cells[cell]:
                del self._cells[cell]
        self._marked.clear()
        return changed


def _by_cell(membership: Membership, outcome: Outcome) -> list[tuple[Cell, int]]:
    """Credit and members of one member by cell, packed."""
    if not outcome.earned:
        return []
    district, month = membership.place[:5], month_in_jakarta(membership.occurred_us)
    return [((campaign, district, month, membership.kind), earned) for campaign, earned in outcome.earned]
