"""The determined tables of spec section 4, as rows that can be compared."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

Row = dict[str, Any]

KEYS: Mapping[str, tuple[str, ...]] = {
    "event": ("type", "event_id"),
    "member": ("member_id",),
    "credit_current": ("member_id", "model", "line"),
    "live_count": ("campaign_id", "district", "month", "kind", "model"),
    "campaign": ("campaign_id",),
    "outreach_event": ("event_id",),
    "inspection": ("event_id",),
}
"""Each determined table with its key columns, by which its rows are sorted."""

UNDETERMINED = ("version", "batch", "decided_at")


@dataclass(frozen=True, eq=False)
class Table(Sequence[Row]):
    """Sorted rows; read as a list of dicts, stored as tuples because a season has a million of them."""

    name: str
    columns: tuple[str, ...]
    cells: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, name: str, columns: Iterable[str], cells: Iterable[Sequence[Any]]) -> "Table":
        """Sorts columns by name and rows by the table's key."""
        names = list(columns)
        order = sorted(range(len(names)), key=names.__getitem__)
        key = [sorted(names).index(name) for name in KEYS[name]]
        rows = (tuple(row[at] for at in order) for row in cells)
        return cls(name, tuple(sorted(names)), tuple(sorted(rows, key=lambda row: [row[at] for at in key])))

    def __len__(self) -> int:
        return len(self.cells)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self.row(cells) for cells in self.cells[index]]
        return self.row(self.cells[index])

    def __iter__(self) -> Iterator[Row]:
        return map(self.row, self.cells)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Table):
            return (self.name, self.columns, self.cells) == (other.name, other.columns, other.cells)
        return isinstance(other, list) and list(self) == other

    __hash__ = None  # type: ignore[assignment]

    def row(self, cells: tuple[Any, ...]) -> Row:
        return dict(zip(self.columns, cells, strict=True))

    def minus(self, other: "Table") -> int:
        """Number of rows that another table lacks, repeats counted."""
        return sum((Counter(self.cells) - Counter(other.cells)).values())

    def where(self, **wanted: object) -> list[Row]:
        """The rows with all the given values."""
        return [row for row in self if all(row[name] == value for name, value in wanted.items())]


Tables = dict[str, Table]
