"""Places by official code: `34` a province, `34.04` a regency, `34.04.07` a sub-district."""

import csv
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, Self

from models.reference import ReferenceFileError, read_reference

Level = Literal["province", "regency", "district"]

LEVELS: Final[tuple[Level, ...]] = ("province", "regency", "district")
"""From the largest."""

DEFAULT_FILE = Path(__file__).parent / "data" / "diy-places.csv"

_CODE = re.compile(r"[0-9]{2}(?:\.[0-9]{2}){0,2}", re.ASCII)
_LEVELS: dict[int, Level] = {2: "province", 5: "regency", 8: "district"}


def level(code: str) -> Level | None:
    """Level by the form of a code, known or not; None for any other text.

    >>> level("34"), level("34.04"), level("34.04.07"), level("Depok")
    ('province', 'regency', 'district', None)
    """
    return _LEVELS.get(len(code)) if _CODE.fullmatch(code) else None


def holds(outer: str, inner: str) -> bool:
    """`inner` equals `outer` or is part of it; both are codes of any level.

    >>> holds("34.04", "34.04.07"), holds("34.04.07", "34.04.07"), holds("34.04.07", "34.04")
    (True, True, False)
    """
    return inner.startswith(outer) and (len(inner) == len(outer) or inner[len(outer)] == ".")


def regency(code: str) -> str:
    """Code of the regency of a sub-district, or of a regency itself.

    >>> regency("34.04.07")
    '34.04'
    """
    return code[:5]


@dataclass(frozen=True, slots=True)
class Places:
    """The reference list of known places.

    >>> places = Places.load()
    >>> places.known("34.04.07"), places.known("34.04.99")
    (True, False)
    >>> places.label("34.04.07")
    'Depok, Kabupaten Sleman'
    """

    names: Mapping[str, str]
    """Name by code, in code order; includes the regency and province of each sub-district."""
    digest: str
    """Digest of the codes alone: names decide nothing, so a corrected spelling changes no digest."""

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Read a list (CSV with the columns code and name), by default the 84 places of Yogyakarta.

        Raises ReferenceFileError with the wrong line.
        """
        file = path or DEFAULT_FILE
        names = _read_names(read_reference(file, "place list"), str(file))
        digest = hashlib.sha256("\n".join(names).encode()).hexdigest()
        return cls(MappingProxyType(names), digest)

    def known(self, code: str) -> bool:
        return code in self.names

    def name(self, code: str) -> str:
        """The place's name; its code if it is not on the list."""
        return self.names.get(code, code)

    def label(self, code: str) -> str:
        """Name for people: of a sub-district with its regency."""
        if level(code) != "district":
            return self.name(code)
        return f"{self.name(code)}, {self.name(regency(code))}"

    def sub_districts(self) -> tuple[str, ...]:
        return tuple(code for code in self.names if level(code) == "district")


def _read_names(text: str, file: str) -> dict[str, str]:
    rows = csv.reader(text.splitlines())
    if next(rows, None) != ["code", "name"]:
        problem = "the columns are not `code,name`"
        raise ReferenceFileError(file, "line 1", problem, "Write `code,name` in the first line")
    names: dict[str, str] = {}
    for row in rows:
        if row:
            code, name = _read_row(row, names, file, f"line {rows.line_num}")
            names[code] = name
    _check_parents(names, file)
    return dict(sorted(names.items()))


def _read_row(row: list[str], seen: Mapping[str, str], file: str, where: str) -> tuple[str, str]:
    cells = [cell.strip() for cell in row]
    if len(cells) != 2 or not cells[1]:
        remedy = "Write the code, a comma and the name, in quotes if it has a comma itself"
        raise ReferenceFileError(file, where, f"{','.join(row)!r} is not a code and a name", remedy)
    if level(cells[0]) is None:
        remedy = "Use the official code: 34, 34.04 or 34.04.07"
        raise ReferenceFileError(file, where, f"{cells[0]!r} is not a place code", remedy)
    if cells[0] in seen:
        raise ReferenceFileError(file, where, f"{cells[0]} is listed twice", "Keep one of the two lines")
    return cells[0], cells[1]


def _check_parents(names: Mapping[str, str], file: str) -> None:
    if not any(level(code) == "district" for code in names):
        raise ReferenceFileError(file, "", "no sub-district is listed", "Add a line like `34.04.07,Depok`")
    for code in names:
        outer = code[:-3]
        if outer and outer not in names:
            problem = f"{code} is listed but {outer}, which holds it, is not"
            raise ReferenceFileError(file, "", problem, f"Add a line for {outer}")
