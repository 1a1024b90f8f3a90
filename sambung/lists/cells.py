"""What a cell says: codes, numbers, lists; and what a spreadsheet has made of it."""

import re
from datetime import date, datetime
from typing import Final, NamedTuple

from models.intake.masking import mask_text

_MOST_DIGITS: Final = 15
"""That a spreadsheet keeps of a number."""
_SHOWN: Final = 40
_BLANK: Final = re.compile(r"[-\u2013\u2014\s]*")
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,0+)?|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:[.,]0+)?")
_BETWEEN = re.compile(r"[\s,;|/]+")
ROUNDED: Final = "a spreadsheet has rounded it to 15 digits; format the column as text and type the ids again"
_AS_TEXT: Final = "format the column as text and type it again"


class CellError(ValueError):
    """A cell that cannot be used; the text goes on after the column's name: what it has, what to write."""


class Cell(NamedTuple):
    """One cell of a list."""

    value: object
    """Text; from a spreadsheet also a number, a date or a time."""
    shown_as: str = ""
    """Format of a number in a spreadsheet."""

    @property
    def blank(self) -> bool:
        """Nothing, or a dash that stands for nothing."""
        return self.value is None or (
            isinstance(self.value, str) and _BLANK.fullmatch(self.value) is not None
        )


def text_of(cell: Cell) -> str:
    """A text, or a whole number as it is shown."""
    match cell.value:
        case str() as text:
            return text.replace("\xa0", " ").strip()
        case bool():
            raise CellError(f"has the truth value {cell.value}; write a text")
        case int() | float():
            return _digits(cell)
        case _:
            raise CellError(f"was made a date by the spreadsheet ({quoted(cell)}); {_AS_TEXT}")


def code_of(cell: Cell) -> str:
    """A code such as a membership number."""
    text = text_of(cell).removeprefix("'")
    if _SCIENTIFIC.fullmatch(text):
        raise CellError(f"has {quoted(cell)}, of which a spreadsheet has dropped digits; {_AS_TEXT}")
    return text


def national_id_of(cell: Cell) -> str:
    """16 digits. What is wrong is told without quoting it."""
    if isinstance(cell.value, int | float):
        raise CellError(
            "has a number, of which a spreadsheet keeps 15 digits, and a national id has 16; format the "
            "column as text and type the ids again"
        )
    found = re.sub(r"[\s.-]", "", code_of(cell))
    if not re.fullmatch(r"[0-9]{16}", found):
        digits = sum(character.isdigit() for character in found)
        others = len(found) - digits
        raise CellError(f"has {digits} digits and {others} other characters; a national id has 16 digits")
    if found.endswith("0000"):
        raise CellError(f"ends in 0000, which no national id does: {ROUNDED}")
    return found


def whole_number_of(cell: Cell) -> int:
    """A number of people or of rupiah: 1500, 1.500 or Rp 1.500,00."""
    match cell.value:
        case bool():
            pass
        case int() as number:
            return number
        case float() as number if number.is_integer():
            return int(number)
        case str() as text:
            plain = re.sub(r"^rp\.?|[\s\xa0]|,-$", "", text.strip(), flags=re.IGNORECASE)
            if _THOUSANDS.fullmatch(plain):
                whole = re.sub(r"[.,]0{1,2}$", "", plain)
                return int(re.sub(r"[.,]", "", whole))
    raise CellError(f"has {quoted(cell)}; write a whole number, such as 150")


def entries_of(cell: Cell) -> list[Cell]:
    """The entries of a cell with several, which commas, semicolons, blanks or line breaks part."""
    if not isinstance(cell.value, str):
        return [] if cell.blank else [cell]
    return [Cell(one) for one in _BETWEEN.split(cell.value.strip()) if one]


def quoted(cell: Cell) -> str:
    """For people; no national id is ever shown."""
    value = cell.value
    text = f"{value:%d-%m-%Y}" if isinstance(value, datetime | date) else str(value)
    masked = mask_text(" ".join(text.split()))
    return f'"{mask_text(masked[:_SHOWN])}{"…" if len(masked) > _SHOWN else ""}"'


def _digits(cell: Cell) -> str:
    value = cell.value
    assert isinstance(value, int | float)  # noqa: S101  the caller has looked
    if isinstance(value, float) and not value.is_integer():
        raise CellError(f"has the number {value}, which the spreadsheet may have changed; {_AS_TEXT}")
    digits = str(int(value))
    if len(digits) > _MOST_DIGITS or value < 0:
        raise CellError(f"has a number, of which a spreadsheet keeps {_MOST_DIGITS} digits only; {_AS_TEXT}")
    return digits.rjust(len(cell.shown_as), "0") if re.fullmatch("0+", cell.shown_as) else digits
