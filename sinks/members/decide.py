"""Row changes of a batch of statements, decided without a database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import attrgetter
from typing import Final

import msgspec
from msgspec.msgpack import encode

from models.statement import Credit, Line, Statement, first_version
from sinks.base import VersionClash

GONE: Final = "gone"
NO_CREDIT: Final = Credit()

ComparableFields = tuple[str | int | None, ...]
"""A statement without its key, version, time and lines; a `gone` one has only its status."""

GONE_FIELDS: Final[ComparableFields] = (GONE,)


def comparable_fields(statement: Statement) -> ComparableFields:
    if statement.status == GONE:
        return GONE_FIELDS
    return (
        statement.status,
        statement.kind,
        statement.company_id,
        statement.place,
        statement.occurred_at,
        statement.enrollment_event_id,
        statement.evidence,
        statement.duplicates,
        statement.rules_version,
    )


def earning(lines: Iterable[Line]) -> list[Line]:
    """Lines that earn credit under some model; the others have no row and make no difference."""
    return [line for line in lines if line.credit.linear is not None or line.credit != NO_CREDIT]


def digest(lines: Iterable[Line]) -> bytes:
    """Equal for equal lines, ignoring those that earn no credit."""
    return blake2b(encode(earning(lines)), digest_size=16).digest()


NO_LINES: Final = digest(())


class KnownMember(msgspec.Struct, gc=False):
    """Stored state of one member."""

    seen: int
    """Highest version seen."""
    version: int
    """Of the stored statement; below `seen` when newer statements had the same content."""
    comparable_fields: ComparableFields
    lines: bytes = NO_LINES
    """Digest of the lines; callers of `decide` set it for members that `needs_lines` names."""


@dataclass(slots=True)
class MemberChanges:
    """Row changes of a batch of statements."""

    written: list[Statement] = field(default_factory=list)
    """For the history: those with new content, ascending by version."""
    updated: dict[str, KnownMember] = field(default_factory=dict)
    """By member, the state after the last of `written`."""
    rowless: set[str] = field(default_factory=set)
    """Those of `updated` that had no row before: unknown, or gone."""
    seen: dict[str, int] = field(default_factory=dict)
    """By member, the highest version seen where the member's row does not have it."""


def of_generation(statements: Iterable[Statement], generation: int) -> list[Statement]:
    """Without those of earlier generations."""
    oldest = first_version(generation)
    return [one for one in statements if one.version >= oldest]


def needs_lines(known: Mapping[str, KnownMember], statements: Iterable[Statement]) -> dict[str, KnownMember]:
    """Members whose current lines must be read: only they show whether a statement is new."""
    return {
        statement.member_id: stored
        for statement in statements
        if (stored := known.get(statement.member_id)) is not None
        and statement.version >= stored.seen
        and comparable_fields(statement) == stored.comparable_fields
    }


def decide(known: dict[str, KnownMember], statements: Iterable[Statement]) -> MemberChanges:
    """What statements change, taken in their order; `known` is brought up to date. Raises VersionClash."""
    change = MemberChanges()
    for statement in statements:
        stored = known.get(statement.member_id)
        if stored is not None and statement.version < stored.seen:
            continue
        _fold(known, statement, stored, change)
    change.written.sort(key=attrgetter("version", "member_id"))
    return change


def _fold(
    known: dict[str, KnownMember], statement: Statement, stored: KnownMember | None, change: MemberChanges
) -> None:
    new_fields, new_lines = comparable_fields(statement), digest(statement.lines)
    member_id, version = statement.member_id, statement.version
    if stored is None or new_fields != stored.comparable_fields or new_lines != stored.lines:
        if stored is not None and version == stored.seen:
            raise VersionClash("A member", version)
        if member_id not in change.updated and (stored is None or stored.comparable_fields == GONE_FIELDS):
            change.rowless.add(member_id)
        known[member_id] = change.updated[member_id] = KnownMember(version, version, new_fields, new_lines)
        change.written.append(statement)
        change.seen.pop(member_id, None)
        if statement.status == GONE:
            change.seen[member_id] = version
    elif version > stored.seen:
        stored.seen = version
        change.seen[member_id] = version


def removal_version(generation: int) -> int:
    """Version under which a rebuild removes the keys that it has not stated.

    Above every version of earlier generations and below its own, so that the generation can still state the
    key at any offset.
    """
    return first_version(generation) - 1


def gone_statement(member_id: str, version: int, decided_at: str) -> Statement:
    return Statement(member_id, version, GONE, decided_at, "", None, None, None, None, None, "none", 0, ())
