"""Whether a number that cross-tables do not tell can be worked out from those that they do.

It cannot where other members and credit would give the very same tables, and that number another value. So
for each number that is not told such a change is looked for: a member more or less, one in another place or
month, or credit of one campaign at another. What is found is a proof; where none is found there may be one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, product
from typing import Final

from models.statement import WHOLE_MEMBER
from reports.crosstables import (
    ALL,
    CROSS_TABLES,
    Cell,
    Counted,
    Key,
    exact,
    rows_of_credit,
    rows_of_members,
)
from reports.rounding import rounded

_SHIFTS: Final = tuple(sign * WHOLE_MEMBER // part for part in (1, 2, 10, 100) for sign in (1, -1))
"""Millionths of credit that another campaign may have instead."""

Change = tuple[Mapping[Cell, int], Mapping[Cell, int]]
"""What is added to the members and to the credit of cells."""


def worked_out(found: Counted, step: int) -> Key | None:
    """A number that is not told and for which no proof is found; None where all of them are safe."""
    return _Tables(found, step).worked_out()


class _Tables:
    def __init__(self, found: Counted, step: int) -> None:
        self._found, self._step = found, step
        self._exact = exact(found)
        self._labels = [sorted(set(labels)) for labels in zip(*found.members, strict=True)]
        self._campaigns = defaultdict[tuple[str, str], list[str]](list)
        for campaign_id, kind, model in sorted(found.credit):
            self._campaigns[kind, model].append(campaign_id)
        self._cells = defaultdict[Key, list[Cell]](list)
        for cell in sorted(found.members):
            for key in rows_of_members(cell):
                self._cells[key].append(cell)
        for cell in sorted(found.credit):
            for key in rows_of_credit(cell):
                self._cells[key].append(cell)

    def worked_out(self) -> Key | None:
        untold = (key for key in sorted(self._exact) if self._shown(key, 0) is None)
        return next((key for key in untold if not self._is_safe(key)), None)

    def _is_safe(self, key: Key) -> bool:
        return any(self._is_proof(key, change) for change in self._changes(key))

    def _is_proof(self, key: Key, change: Change) -> bool:
        """Whether a number has another value after it, and every table is as it was."""
        sums: Counter[Key] = Counter()
        for rows_of, cells in zip((rows_of_members, rows_of_credit), change, strict=True):
            for cell, by in cells.items():
                for one in rows_of(cell):
                    sums[one] += by
        is_other = sums[key] != 0 and self._is_possible(change)
        return is_other and all(self._is_same(one, by) for one, by in sums.items())

    def _changes(self, key: Key) -> Iterator[Change]:
        if key[0] != "credit_by_campaign":
            return chain(self._moved(key), self._one_more_or_less(self._cells[key]))
        _, campaign_id, of_kind, model = key
        kinds = {kind for _, kind, _ in self._cells[key]} if of_kind == ALL else {of_kind}
        members = (cell for cell in self._found.members if cell[2] in kinds)
        named = None if campaign_id == ALL else (campaign_id, model)
        return chain(self._shifted(key), self._one_more_or_less(members, named))

    def _moved(self, key: Key) -> Iterator[Change]:
        """A member is in another place or month; others make up for it in the sums."""
        for cell in self._cells[key]:
            others = (one for one in product(*self._labels) if one[:2] != cell[:2])
            for other, by in product(sorted(others, key=lambda one: _distance(cell, one)), (1, -1)):
                yield _alternating(cell, other, by), {}

    def _shifted(self, key: Key) -> Iterator[Change]:
        """Some credit is another campaign's; of another kind as much may be the other way."""
        for cell in self._cells[key]:
            campaigns = sorted({campaign_id for campaign_id, _, _ in self._found.credit} - {cell[0]})
            others = [(one, kind, cell[2]) for kind in self._labels[2] for one in campaigns]
            for other, by in product(sorted(others, key=lambda one: _distance(cell, one)), _SHIFTS):
                yield {}, _alternating(cell, other, by)

    def _one_more_or_less(
        self, cells: Iterable[Cell], named: tuple[str, str] | None = None
    ) -> Iterator[Change]:
        """With its credit under each model at one campaign: under the model that is named, at that one."""
        for cell, by in product(cells, (1, -1)):
            credit = self._absorbed(cell[2], by * WHOLE_MEMBER, named)
            if credit is not None:
                yield {cell: by}, credit

    def _absorbed(self, kind: str, by: int, named: tuple[str, str] | None) -> Mapping[Cell, int] | None:
        taken: dict[Cell, int] = {}
        for model in sorted({model for of_kind, model in self._campaigns if of_kind == kind}):
            campaigns = self._campaigns[kind, model]
            if named is not None and named[1] == model:
                campaigns = [one for one in campaigns if one == named[0]]
            cells = ((one, kind, model) for one in campaigns)
            cell = next((one for one in cells if self._takes(one, by)), None)
            if cell is None:
                return None
            taken[cell] = by
        return taken

    def _takes(self, cell: Cell, by: int) -> bool:
        return self._found.credit[cell] + by >= 0 and all(
            self._is_same(key, by) for key in rows_of_credit(cell)
        )

    def _is_possible(self, change: Change) -> bool:
        return all(
            there.get(cell, 0) + by >= 0
            for there, cells in zip(self._found, change, strict=True)
            for cell, by in cells.items()
        )

    def _is_same(self, key: Key, by: int) -> bool:
        """Whether a number shows the same when it is greater by that."""
        return self._shown(key, by) == self._shown(key, 0)

    def _shown(self, key: Key, by: int) -> int | None:
        return rounded(self._exact.get(key, 0) + by, self._step * CROSS_TABLES[key[0]].unit)


def _distance(cell: Cell, other: Cell) -> int:
    return sum(one != another for one, another in zip(cell, other, strict=True))


def _alternating(cell: Cell, other: Cell, by: int) -> Mapping[Cell, int]:
    """A change of a cell that the cells between it and another make up for, in every sum over both.

    >>> _alternating(("a", "m", "x"), ("b", "m", "x"), 1)
    {('a', 'm', 'x'): 1, ('b', 'm', 'x'): -1}
    >>> _alternating(("a", "m", "x"), ("b", "n", "x"), 1)
    {('a', 'm', 'x'): 1, ('a', 'n', 'x'): -1, ('b', 'm', 'x'): -1, ('b', 'n', 'x'): 1}
    """
    first, second, third = (dict.fromkeys(labels) for labels in zip(cell, other, strict=True))
    return {corner: by * (-1) ** _distance(cell, corner) for corner in product(first, second, third)}
