"""Whoever has all cross-tables and linear programming: between which bounds lies each number that they hide?

It knows what the documentation says, and nothing of the code: how numbers are rounded, that a row that is not
there is zero, that a month's and a place's members are those of its parts, and that under each model the
credit of a kind of member is one for each.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import numpy as np

ALL = "(all)"
Tables = Mapping[str, Iterable[tuple[Any, ...]]]
"""By name, rows as they were exported: labels, then a number or `<N`."""
Bounds = Mapping[tuple[str, ...], tuple[float, float]]


class Solver:
    def __init__(
        self, tables: Tables, step: int, exact: Mapping[tuple[str, ...], float] | None = None
    ) -> None:
        """`exact` has numbers that are known beside the tables."""
        self._shown = {(name, *row[:-1]): row[-1] for name, rows in tables.items() for row in rows}
        self._step, self._exact = step, exact or {}
        self._variables: dict[tuple[str, ...], int] = {}
        self._parts = defaultdict[tuple[str, ...], list[int]](list)
        self._of_kind = defaultdict[str, list[int]](list)
        self._credit_of = defaultdict[tuple[str, str], list[int]](list)
        self._name_members()
        self._name_credit()

    def _name_members(self) -> None:
        places = [(key[1], key[2]) for key in self._shown if key[0] == "members_by_place"]
        months = {key[2] for key in self._shown if key[0] == "members_by_month"} - {ALL}
        for (place, kind), month in product(places, sorted(months)):
            in_month = ("members_by_month", place[:5], month, kind)
            if len(place) < len("34.04.07") or kind == ALL or in_month not in self._shown:
                continue
            variable = self._variable("members", place, month, kind)
            self._of_kind[kind].append(variable)
            for area, of_kind in product((place, place[:5], place[:2]), (kind, ALL)):
                self._parts["members_by_place", area, of_kind].append(variable)
            for area, when, of_kind in product((place[:5], place[:2]), (month, ALL), (kind, ALL)):
                self._parts["members_by_month", area, when, of_kind].append(variable)

    def _name_credit(self) -> None:
        cells = [key[1:] for key in self._shown if key[0] == "credit_by_campaign" and ALL not in key]
        for campaign_id, kind, model in cells:
            variable = self._variable("credit", campaign_id, kind, model)
            self._credit_of[kind, model].append(variable)
            for campaign, of_kind in product((campaign_id, ALL), (kind, ALL)):
                self._parts["credit_by_campaign", campaign, of_kind, model].append(variable)

    def _variable(self, *name: str) -> int:
        return self._variables.setdefault(name, len(self._variables))

    def bounds(self) -> Bounds:
        """Of each number that is hidden."""
        from scipy.optimize import linprog  # noqa: PLC0415  half a second

        above, below = map(np.array, self._rows_of_bounds())
        equal = self._rows_of_credit()
        known = (above, below, equal, None if equal is None else np.zeros(len(equal)))
        hidden = [key for key, shown in self._shown.items() if shown == f"<{self._step}"]
        found = {}
        for key in hidden:
            aim = self._row(self._parts[key])
            least, most = (linprog(sign * aim, *known) for sign in (1, -1))
            assert least.success, (key, least.message)
            assert most.success, (key, most.message)
            found[key] = (least.fun, -most.fun)
        return found

    def _rows_of_bounds(self) -> tuple[list[Any], list[float]]:
        rows, limits = [], []
        for key, parts in self._parts.items():
            low, high = self._between(key)
            rows += [self._row(parts), -self._row(parts)]
            limits += [high, -low]
        return rows, limits

    def _between(self, key: tuple[str, ...]) -> tuple[float, float]:
        """The least and the greatest number that is shown so; credit is known to the millionth."""
        if key in self._exact:
            return self._exact[key], self._exact[key]
        shown, step = self._shown[key], self._step
        unit = 1_000_000 if key[0] == "credit_by_campaign" else 1
        if isinstance(shown, str):
            return 1 / unit, (step * unit - 1) / unit
        halves = 2 * shown * unit - step * unit, 2 * shown * unit + step * unit
        return max(step, -(-halves[0] // 2) / unit), ((halves[1] - 1) // 2) / unit

    def _rows_of_credit(self) -> list[Any] | None:
        rows = [
            self._row(parts) - self._row(self._of_kind[kind]) for (kind, _), parts in self._credit_of.items()
        ]
        return rows or None

    def _row(self, variables: Iterable[int]) -> Any:
        row = np.zeros(len(self._variables))
        row[list(variables)] = 1
        return row


def pinned(bounds: Bounds) -> list[tuple[str, ...]]:
    """Numbers that are worked out: of members the only whole one left; of credit to a thousandth."""
    return [key for key, between in bounds.items() if _is_pinned(key, *between)]


def _is_pinned(key: tuple[str, ...], least: float, most: float) -> bool:
    if key[0] == "credit_by_campaign":
        return most - least < 0.001
    return np.ceil(least - 1e-6) >= np.floor(most + 1e-6)
