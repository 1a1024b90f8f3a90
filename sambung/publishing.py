"""Publishes files of events, and lists, through an outbox (`sambung publish`)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

import typer

from models.events import EventType
from models.places import Places
from models.settings import Settings
from reports.wording import many
from sambung.client import GatewayAddress, Outbox
from sambung.client.box import Event
from sambung.client.gateway import Gateway
from sambung.client.kept import Refused
from sambung.client.sending import Sent
from sambung.lines import Lines
from sambung.lists.columns import near
from sambung.lists.events import ListReader
from sambung.lists.files import ListError, Table, read_table
from sambung.lists.numbering import numbered
from sambung.lists.standing import Standings
from sambung.terminal.exits import Exit
from sambung.terminal.progress import counted

_CHUNK: Final = 500
_ZONE: Final = "Dates that name no zone are taken as Jakarta's (WIB, +07:00)."
Thing = TypeVar("Thing")
_STDIN: Final = "standard input"


@dataclass(frozen=True, slots=True)
class Options:
    address: GatewayAddress
    outbox: Path | None
    """None for a file of the user's own, one for each gateway."""
    patience_s: float
    again: bool
    """Send also what the gateway has already."""
    drop_refused: bool
    """Give up what was refused in earlier runs."""
    moved: bool
    """The gateway of the outbox has this new address."""


@dataclass(slots=True)
class Report:
    """What a run did."""

    outbox: Path
    found: int = 0
    """Lines or rows that are events."""
    new: int = 0
    """Those that the gateway did not have."""
    sent: Sent = Sent(0, 0, 0, "")  # noqa: RUF009  immutable
    wrong: list[str] = field(default_factory=list)
    """A sentence for each row or event that was refused, here or by the gateway."""
    notes: list[str] = field(default_factory=list)
    bad_rows: int = 0
    aside: int = 0
    """Refused events in the outbox, of this run or an earlier one."""

    @property
    def exit_code(self) -> int:
        if self.sent.left:
            return Exit.WRONG_USE if self.sent.correct_first else Exit.SERVICE_MISSING
        return Exit.CHECK_FAILED if self.bad_rows or self.aside else Exit.DONE

    def in_words(self) -> list[str]:
        lines = [*self.notes, f"{many(self.sent.accepted, 'event')} accepted by the gateway."]
        if not (self.found or self.bad_rows):
            lines.append("No event was found: the files are empty, or the list has headers and no row.")
        if before := self.found - self.new:
            lines.append(f"{many(before, 'event')} not sent, as the gateway has them since an earlier run.")
        if self.bad_rows:
            lines.append(
                f"{many(self.bad_rows, 'row')} not sent: correct them and run the same command again."
            )
        if self.aside:
            lines.append(
                f"{many(self.aside, 'event')} refused, as said above; kept in {self.outbox}. Correct the "
                "file and run the same command again."
            )
        if self.sent.left:
            lines.append(
                f"{many(self.sent.left, 'event')} not sent yet. {self.sent.problem} They are kept in "
                f"{self.outbox}; run the same command again."
            )
        return lines


def publish(files: list[str], options: Options, kind: EventType | None, source: str) -> Report:
    """Put all files into the outbox, as lines or as lists of one kind, and send what waits there.

    Raises Failed, OutboxError, ListError, OSError and ValueError for what has to be corrected first.
    """
    path = options.outbox or own_outbox(options.address.url)
    report = Report(path)
    with Outbox(path) as outbox:
        if options.moved:
            outbox.move_to(options.address.url)
        outbox.belongs_to(options.address.url)
        names = {f"{_whole(file)}:": file for file in files}
        outbox.drop_refused_of(names)
        if options.drop_refused:
            report.notes.append(f"{many(outbox.drop_all_refused(), 'event')} of earlier runs given up.")
        if kind is None:
            _put_lines(files, outbox, options, report)
        else:
            reader = ListReader(kind, source, Places.load(Settings().places), options.address.person_key)
            _put_lists(files, reader, outbox, options, report)
        with counted("sending", outbox.waiting) as progress:
            report.sent = outbox.send(options.address, patience_s=options.patience_s, progress=progress)
        refused = outbox.refused()
    report.aside = len(refused)
    report.wrong += [_refusal(one, names) for one in refused]
    return report


def _refusal(one: Refused, names: dict[str, str]) -> str:
    """With the name of the file as it was given."""
    begin = next((begin for begin in names if one.origin.startswith(begin)), None)
    where = one.origin if begin is None else f"{names[begin]}:{one.origin.removeprefix(begin)}"
    return f"{where or one.event_id}: {one.reason}. {' '.join(one.messages)}"


def own_outbox(url: str) -> Path:
    """A file of this user's for a gateway."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", url.partition("://")[2]).strip("-")
    return Path(typer.get_app_dir("sambung")) / f"outbox-{name}.db"


def _put_lines(files: list[str], outbox: Outbox, options: Options, report: Report) -> None:
    lines = Lines(files, "in the outbox")
    with counted("reading") as progress:
        for chunk in _chunks(lines):
            events: list[tuple[Event, str]] = [
                (one.text, f"{_whole(one.file)}:{one.number}") for one in chunk
            ]
            report.found += len(chunk)
            report.new += outbox.put_all(events, again=options.again)
            progress(len(chunk))
    if lines.damage:
        raise lines.damage


def _put_lists(
    files: list[str], reader: ListReader, outbox: Outbox, options: Options, report: Report
) -> None:
    if "-" in files:
        raise ListError("A list is read from a file, not from standard input.")
    tables = {file: read_table(Path(file), reader.kind) for file in files}
    for file, table in tables.items():
        report.notes += _notes(file, table, reader.kind)
    report.notes.append(_ZONE)
    listed = reader.read(tables)
    report.bad_rows = len({one.place for one in listed.problems})
    report.wrong += [f"{place.file}, row {place.row}: {sentence}" for place, sentence in listed.problems]
    with Gateway(options.address) as gateway, counted("comparing", len(listed.events)) as progress:
        standings = Standings(gateway, options.patience_s)
        for chunk in _chunks(listed.events.items()):
            ids = [event["event_id"] for _, event in chunk]
            standings.ask_ahead(reader.kind, [one for one in ids if not outbox.known(reader.kind, one)])
            events: list[tuple[Event, str]] = [
                (numbered(event, outbox, standings.of), f"{_whole(place.file)}:{place.row}")
                for place, event in chunk
            ]
            report.found += len(events)
            report.new += outbox.put_all(events, again=options.again)
            progress(len(chunk))


def _notes(file: str, table: Table, kind: EventType) -> Iterator[str]:
    if table.headers.twice:
        raise ListError(f"{file}: {'; '.join(table.headers.twice)}.")
    unknown = [
        f"{label} (is it `{near(kind, label)}`?)" if near(kind, label) else label
        for label in table.headers.unknown
    ]
    if unknown:
        yield f"{file}: not sent, as no field is called so: {', '.join(unknown)}."


def _chunks(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    left = iter(things)
    while chunk := list(islice(left, _CHUNK)):
        yield chunk


def _whole(file: str) -> str:
    return _STDIN if file == "-" else str(Path(file).resolve())
