"""What a batch of statements changes, decided without a database: gather, decide, apply."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import attrgetter
from typing import Final

import msgspec
from msgspec.msgpack import encode

from models.statement import OFFSET_BITS
from sinks.base import VersionClash
from sinks.wire import Credit, Line, Statement

GONE: Final = "gone"
NOTHING: Final = Credit()

Facts = tuple[str | int | None, ...]
"""A statement without its key, version, time and lines; a `gone` one has nothing else to compare."""

GONE_FACTS: Final[Facts] = (GONE,)


def comparable_fields(said: Statement) -> Facts:
    if said.status == GONE:
        return GONE_FACTS
    return (
        said.status,
        said.kind,
        said.company_id,
        said.place,
        said.occurred_at,
        said.enrollment_event_id,
        said.evidence,
        said.duplicates,
        said.rules_version,
    )


def earning(lines: Iterable[Line]) -> list[Line]:
    """Lines that earn something under some model; the others leave no row and are no difference."""
    return [line for line in lines if line.credit.linear is not None or line.credit != NOTHING]


def digest(lines: Iterable[Line]) -> bytes:
    """Equal lines, equal digest, whatever earns nothing among them."""
    return blake2b(encode(earning(lines)), digest_size=16).digest()


NO_LINES: Final = digest(())


class Known(msgspec.Struct, gc=False):
    """What the sink holds of one member."""

    seen: int
    """Highest version seen."""
    version: int
    """Of what is held: below `seen` when newer statements said the same."""
    comparable_fields: Facts
    lines: bytes = NO_LINES
    """Digest of the lines; whoever gathers fills it in for those that `needs_lines` names."""


@dataclass(slots=True)
class LedgerChange:
    """Rows that a batch of statements adds, and versions to remember."""

    written: list[Statement] = field(default_factory=list)
    """For the history: each says something new of its member; ascending by version."""
    newest: dict[str, Statement] = field(default_factory=dict)
    """By member, the last of `written`: what the member's row says from now on."""
    standing: dict[str, Known] = field(default_factory=dict)
    """By member, the same as it will be known."""
    seen: dict[str, int] = field(default_factory=dict)
    """By member, the highest version seen where the member's row does not say it."""


def current(statements: Iterable[Statement], generation: int) -> list[Statement]:
    """Without what an earlier generation said."""
    oldest = generation << OFFSET_BITS
    return [said for said in statements if said.version >= oldest]


def needs_lines(known: Mapping[str, Known], statements: Iterable[Statement]) -> dict[str, Known]:
    """Members whose current lines must be read: only those tell whether a statement says anything new."""
    return {
        said.member_id: held
        for said in statements
        if (held := known.get(said.member_id)) is not None
        and said.version >= held.seen
        and comparable_fields(said) == held.comparable_fields
    }


def decide(known: dict[str, Known], statements: Iterable[Statement]) -> LedgerChange:
    """Fold statements into what is known, which is brought up to date in place. Raises VersionClash."""
    change = LedgerChange()
    for said in statements:
        held = known.get(said.member_id)
        if held is not None and said.version < held.seen:
            continue
        _fold(known, said, held, change)
    change.written.sort(key=attrgetter("version", "member_id"))
    return change


def _fold(known: dict[str, Known], said: Statement, held: Known | None, change: LedgerChange) -> None:
    new_facts, new_lines = comparable_fields(said), digest(said.lines)
    member_id, version = said.member_id, said.version
    if held is None or new_facts != held.comparable_fields or new_lines != held.lines:
        if held is not None and version == held.seen:
            raise VersionClash("A member", version)
        known[member_id] = change.standing[member_id] = Known(version, version, new_facts, new_lines)
        change.written.append(said)
        change.newest[member_id] = said
        change.seen.pop(member_id, None)
        if said.status == GONE:
            change.seen[member_id] = version
    elif version > held.seen:
        held.seen = version
        change.seen[member_id] = version


def retirement(generation: int) -> int:
    """Version under which a rebuild removes what it no longer states.

    Above every version of the generations before, below every one of its own, so that the generation can
    still state the key at any offset.
    """
    return (generation << OFFSET_BITS) - 1


def gone(member_id: str, version: int, decided_at: str) -> Statement:
    return Statement(member_id, version, GONE, decided_at, "", None, None, None, None, None, "none", 0, ())
