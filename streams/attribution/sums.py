"""A partition's sums: what its members' statements add up to, cell by cell. Memory only."""

from models.instants import month_in_jakarta
from streams.attribution.outcome import Outcome
from streams.attribution.packed import CreditByModel, MembersByModel, unpack
from streams.attribution.statement import Statement

Cell = tuple[str, str, str, str]
"""Campaign, district, month, kind: what a sum is kept for."""


class Sums:
    """Credit and members of each cell, packed; a changed cell is marked until it is taken."""

    def __init__(self) -> None:
        self._cells: dict[Cell, int] = {}
        self._marked: dict[Cell, None] = {}

    def put(self, said: Statement, outcome: Outcome) -> None:
        """Take a member's statement in."""
        for cell, earned in _cells(said, outcome):
            self._add(cell, earned)

    def take(self, said: Statement, outcome: Outcome) -> None:
        """Take a statement out again that was put in."""
        for cell, earned in _cells(said, outcome):
            self._add(cell, -earned)

    def _add(self, cell: Cell, change: int) -> None:
        self._cells[cell] = self._cells.get(cell, 0) + change
        self._marked[cell] = None

    def take_marked(self) -> list[tuple[Cell, CreditByModel, MembersByModel]]:
        """Cells that changed since the last call, with their sums; one at zero is said once and forgotten."""
        taken = [(cell, *unpack(self._cells[cell])) for cell in self._marked]
        for cell in self._marked:
            if not self._cells[cell]:
                del self._cells[cell]
        self._marked.clear()
        return taken


def _cells(said: Statement, outcome: Outcome) -> list[tuple[Cell, int]]:
    """What a statement adds to the live counts."""
    if not outcome.earned:
        return []
    district, month, kind = said.place[:5], month_in_jakarta(said.occurred_us), said.kind
    return [((campaign, district, month, kind), earned) for campaign, earned in outcome.earned]
