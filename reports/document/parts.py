"""Parts of a document, from the whole to a cell. All text is in the document's language, and not escaped."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from models.language import Language


class Unit(StrEnum):
    """Of a cell's value."""

    TEXT = "text"
    """No number."""
    COUNT = "count"
    MEMBERS = "members"
    """Millionths of a member."""
    RUPIAH = "rupiah"
    """Whole rupiah."""
    PER_MILLE = "per_mille"
    """Tenths of a percent."""
    DAYS = "days"


class Cell(NamedTuple):
    text: str
    """Ready to print; a dash where there is no number."""
    value: int | None = None
    """Exactly, in the unit; None for text, and where there is no number."""
    unit: Unit = Unit.TEXT


class Column(NamedTuple):
    id: str
    title: str
    is_number: bool = True
    """Whether it is aligned to the right."""


class Role(StrEnum):
    """Of a row, for its looks; what it means stands in its words."""

    USUAL = "usual"
    ORGANIC = "organic"
    REST = "rest"
    """Several together that a table does not show one by one."""
    SUM = "sum"


class Row(NamedTuple):
    id: str
    """Within its group, the same in every language: a campaign, a month, a code."""
    header: str
    """What the row is of; its first cell."""
    cells: tuple[Cell, ...]
    """One for each column."""
    detail: str = ""
    """A second, quieter line below the header."""
    role: Role = Role.USUAL


class Group(NamedTuple):
    """Rows under one heading, which takes a line of its own; without one where `header` is empty."""

    rows: tuple[Row, ...]
    id: str = ""
    header: str = ""
    detail: str = ""
    role: Role = Role.USUAL


@dataclass(frozen=True, slots=True)
class Table:
    id: str
    """Within the document, the same in every language."""
    caption: str
    """What it shows, for whoever cites it or does not see it."""
    head: str
    """Title of the first column, which has the rows' headers."""
    columns: tuple[Column, ...]
    """All others."""
    groups: tuple[Group, ...]

    def cell(self, row: str, column: str, group: str = "") -> Cell:
        """Raises StopIteration where there is none."""
        of = next(one for one in self.groups if one.id == group)
        place = next(number for number, one in enumerate(self.columns) if one.id == column)
        return next(one for one in of.rows if one.id == row).cells[place]


class Picture(NamedTuple):
    svg: str
    """Text of one element `svg`, with words in the document's language."""
    alternative: str
    """What it shows, for whoever does not see it; the same text is in the SVG."""
    title: str = ""
    """Above it; empty where the section's heading says it."""


@dataclass(frozen=True, slots=True)
class Gallery:
    """Small pictures beside each other, as many in a row as there is room for."""

    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One large number, and what goes with it."""

    id: str
    title: str
    number: Cell
    lines: tuple[str, ...]
    """Below the number; the first one goes with it most closely."""
    picture: Picture | None = None
    """Below the first line."""


@dataclass(frozen=True, slots=True)
class Cards:
    """Beside each other where there is room."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph that must not be missed: what a reader could take wrongly."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Paragraphs, each with a dot before it."""

    items: tuple[str, ...]


class Definition(NamedTuple):
    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Definitions:
    entries: tuple[Definition, ...]


Block = Paragraph | Note | Table | Picture | Gallery | Cards | Listing | Definitions


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what is below it. Sections are counted from 1; those inside of one are not."""

    id: str
    heading: str
    blocks: tuple[Block, ...]
    sections: tuple["Section", ...] = ()
    """Inside of it, one level deep."""


class Labels(NamedTuple):
    """Words of the frame around the sections."""

    contents: str
    """Above the list of sections."""
    note: str
    """Before a note."""
    page: str
    """At the foot of printed pages, with %(number)s and %(pages)s."""


@dataclass(frozen=True, slots=True)
class Document:
    language: Language
    title: str
    subtitle: str
    """Place and period."""
    about: tuple[Definition, ...]
    """What it was made from: store, moment, rules."""
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    """Paragraphs at the very end."""
    labels: Labels
    batch: int
    """The store's last batch that it has."""
    written_us: int
    """When that batch was committed: the document's own date."""
    source: str
    """One line for the foot of each page: that batch, its instant and the rules."""

    def blocks(self) -> Iterator[Block]:
        """All, in order."""
        for section in self.sections:
            for one in (section, *section.sections):
                yield from one.blocks

    def table(self, table_id: str) -> Table:
        """Raises StopIteration where there is none."""
        return next(one for one in self.blocks() if isinstance(one, Table) and one.id == table_id)
