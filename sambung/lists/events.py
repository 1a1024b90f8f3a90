"""Rows of a list become events, or sentences on what is wrong with them."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from models.events import EventType
from models.intake.english import ENGLISH
from models.intake.judging import judge
from models.intake.refusal import Refusal
from models.places import LEVELS, Places
from sambung.client.content import NATIONAL_ID_FIELDS
from sambung.client.person_key import PersonKey
from sambung.lists.across_rows import Event, Listed, Place, Problem, without_rounded_ids, without_twins
from sambung.lists.cells import (
    Cell,
    CellError,
    code_of,
    entries_of,
    national_id_of,
    text_of,
    whole_number_of,
)
from sambung.lists.columns import NUMBER, TIME, required
from sambung.lists.dates import instant_of
from sambung.lists.files import Row, Table
from sambung.lists.place_names import PlaceNames
from sambung.lists.words import has_words, word_of

NAMESPACE: Final = uuid.UUID("6f1d6f0e-8a37-5b0c-9d51-1f6a3f0c2b7e")
"""Of the event ids of lists: UUIDv5 of source, type and number, each on a line."""
_BLANK: Final = Cell(None)


@dataclass(frozen=True, slots=True)
class ListReader:
    """Turns the rows of one kind of list into events."""

    kind: EventType
    source: str
    """Whose list it is; a part of the identity of its events."""
    places: Places
    person_key: PersonKey | None = None
    """To hash national ids here; without it the gateway does."""

    def read(self, tables: Mapping[str, Table]) -> Listed:
        """Of tables by the names of their files. Every event is one that the stream would accept, as far as
        that can be known without its state.
        """
        names = PlaceNames(self.places, LEVELS if self.kind == "outreach-event" else LEVELS[2:])
        listed = Listed({}, [])
        for file, table in tables.items():
            listed = listed.with_others(without_rounded_ids(*self._read(file, table, names)))
        return without_twins(listed)

    def _read(self, file: str, table: Table, names: PlaceNames) -> tuple[Listed, dict[Place, list[str]]]:
        """One table, and the national ids of its rows."""
        listed = Listed({}, [])
        ids: dict[Place, list[str]] = {}
        for row in table.rows:
            place, one = Place(file, row.number), _RowReader(self, table, row, names)
            event = one.event()
            if event is not None and not one.wrong:
                listed.events[place] = event
            listed.problems.extend(Problem(place, sentence) for sentence in one.wrong)
            ids[place] = one.national_ids
        return listed, ids


class _RowReader:
    def __init__(self, reader: ListReader, table: Table, row: Row, names: PlaceNames) -> None:
        self._list = reader
        self._names = names
        self._labels = {column.field: f"column {column.label}" for column in table.headers.columns}
        self._cells = {
            column.field: row.cells[column.at] if column.at < len(row.cells) else _BLANK
            for column in table.headers.columns
        }
        self.wrong: list[str] = []
        """Sentences that begin with the column."""
        self.national_ids: list[str] = []

    def event(self) -> Event | None:
        """None if something is wrong, which is then told."""
        fields = dict(self._fields())
        if fields.get("kind") == "company":
            fields.setdefault("company_id", fields.get("member_id"))
        for name in sorted(required(self._list.kind) - {*fields, *self._told}):
            self._say(name, "is blank")
        if self.wrong:
            return None
        number = fields.pop(NUMBER, None) or fields.get("member_id")
        fields.setdefault("recorded_at", fields["occurred_at"])
        name = f"{self._list.source}\n{self._list.kind}\n{number}"
        identity = {"type": self._list.kind, "event_id": str(uuid.uuid5(NAMESPACE, name))}
        event = identity | {"source": self._list.source} | fields
        self._judge(event)
        return event

    def _fields(self) -> Iterator[tuple[str, Any]]:
        self._told: set[str] = set()
        for field, cell in self._cells.items():
            if cell.blank or field == TIME:
                continue
            try:
                yield from self._value(field, cell).items()
            except CellError as error:
                self._told.add(field)
                self._say(field, str(error))

    def _value(self, field: str, cell: Cell) -> Mapping[str, Any]:
        if field in NATIONAL_ID_FIELDS:
            return self._national_ids(field, cell)
        match field:
            case "place":
                value: object = self._names.code(cell)
            case "occurred_at" | "recorded_at":
                value = instant_of(cell, self._cells.get(TIME, _BLANK) if field == "occurred_at" else _BLANK)
            case "headcount" | "cost_idr":
                value = whole_number_of(cell)
            case "programs":
                value = [code_of(one).upper() for one in entries_of(cell)]
            case "attendees" | "companies":
                value = [code_of(one) for one in entries_of(cell)]
            case "team":
                value = text_of(cell)
            case _:
                value = word_of(field, cell) if has_words(field) else code_of(cell)
        return {field: value}

    def _national_ids(self, field: str, cell: Cell) -> Mapping[str, Any]:
        key = self._list.person_key
        if field == "nik":
            nik = self._national_id(cell)
            return {"person": key.person(nik)} if key else {field: nik}
        niks = [self._national_id(one) for one in entries_of(cell)]
        return {"attendees": [key.person(nik) for nik in niks]} if key else {field: niks}

    def _national_id(self, cell: Cell) -> str:
        self.national_ids.append(national_id_of(cell))
        return self.national_ids[-1]

    def _judge(self, event: Event) -> None:
        """By the stream's own rules, without the national ids, which it never sees."""
        pairs = (("nik", "person"), ("attendee_niks", "attendees"))
        for hidden, beside in pairs:
            if hidden in event and event.get(beside):
                self._say(hidden, f"has a national id beside its hash in `{beside}`; leave one of them")
        if "nik" in event and event.get("kind") == "company":
            self._say("nik", "has a national id, but the row is of a company, which has none")
        shown = {name: value for name, value in event.items() if name not in NATIONAL_ID_FIELDS}
        found = judge(self._list.kind, json.dumps(shown).encode(), self._list.places)
        if isinstance(found, Refusal):
            for complaint in found.complaints:
                field = complaint.pointer.strip("/").partition("/")[0]
                self.wrong.append(f"{self._labels.get(field, 'the row')}: {complaint.sentence.told(ENGLISH)}")

    def _say(self, field: str, sentence: str) -> None:
        self.wrong.append(f"{self._labels.get(field, f'a column {field}')} {sentence}.")
