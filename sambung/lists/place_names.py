"""Places by their names, as people write them: Depok, Kec. Depok, Depok Sleman."""

import re
from collections import defaultdict
from collections.abc import Collection
from typing import Final

from models.places import Level, Places, level, regency
from sambung.lists.cells import Cell, CellError, code_of, quoted

_KINDS: Final = re.compile(
    r"\b(?:kecamatan|kec|kapanewon|kap|kemantren|kmt|kabupaten|kab|kota|provinsi|prov)\b"
)


class PlaceNames:
    """Codes by name; a sub-district's also by its name and the regency's."""

    def __init__(self, places: Places, levels: Collection[Level]) -> None:
        """`levels`: of the places that the events can be at."""
        self._places = places
        self._codes: defaultdict[str, set[str]] = defaultdict(set)
        for code, name in places.names.items():
            if level(code) in levels:
                self._codes[_plain(name)].add(code)
                if level(code) == "district":
                    self._codes[_plain(f"{name} {places.name(regency(code))}")].add(code)

    def code(self, cell: Cell) -> str:
        """By code or unambiguous name. Raises CellError; whether a code is known is looked at elsewhere."""
        if isinstance(cell.value, int | float) and (isinstance(cell.value, float) or cell.value > 99):
            raise CellError(
                f"has the number {quoted(cell)}, which a spreadsheet made of a code; format the column as "
                "text and type the code again, such as 34.04.07"
            )
        text = code_of(cell)
        if level(text) is not None:
            return text
        found = sorted(self._codes.get(_plain(text), ()))
        if len(found) > 1:
            which = " or ".join(f"{code} ({self._places.label(code)})" for code in found)
            raise CellError(f"has {quoted(cell)}, which is {which}; write the code")
        if not found:
            raise CellError(
                f"has {quoted(cell)}, which no place of the list is called; write its code, such as 34.04.07"
            )
        return found[0]


def _plain(name: str) -> str:
    return " ".join(re.findall(r"\w+", _KINDS.sub(" ", name.casefold())))
