"""A partition's sums: what its members' statements add up to, cell by cell. Memory only."""

from streams.credit import MODELS
from streams.folds.statement import Cell, Credit, Statement, cells

_NOTHING: tuple[Credit, Credit] = ((0,) * len(MODELS), (0,) * len(MODELS))


class Sums:
    """Credit and members of each cell; a changed cell is marked until it is taken."""

    def __init__(self) -> None:
        self._cells: dict[Cell, tuple[Credit, Credit]] = {}
        self._marked: dict[Cell, None] = {}

    def move(self, old: Statement | None, new: Statement | None) -> None:
        """Take one member's old statement out of the sums and put its new one in."""
        for cell, (credit, members) in (cells(old) if old is not None else {}).items():
            self._add(cell, tuple(map(int.__neg__, credit)), tuple(map(int.__neg__, members)))
        for cell, (credit, members) in (cells(new) if new is not None else {}).items():
            self._add(cell, credit, members)

    def _add(self, cell: Cell, credit: Credit, members: Credit) -> None:
        known_credit, known_members = self._cells.get(cell, _NOTHING)
        self._cells[cell] = (
            tuple(map(int.__add__, known_credit, credit)),
            tuple(map(int.__add__, known_members, members)),
        )
        self._marked[cell] = None

    def take_marked(self) -> list[tuple[Cell, tuple[Credit, Credit]]]:
        """Cells that changed since the last call, with their sums; one at zero is said once and forgotten."""
        taken = [(cell, self._cells[cell]) for cell in self._marked]
        self._marked.clear()
        for cell, sums in taken:
            if sums == _NOTHING:
                del self._cells[cell]
        return taken
