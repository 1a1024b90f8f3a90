"""Sentences apart from their language: a phrase is a name with its parts, and a wording has its text.

>>> english = Wording(",", {"entry": "entry {number} of {list}", "field": "`{name}`"})
>>> phrase("entry", number=1200, list=phrase("field", name="attendees")).told(english)
'entry 1,200 of `attendees`'
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """How one language says every phrase."""

    thousands: str
    """What stands between groups of three digits."""
    texts: Mapping[str, str]
    """By the name of a phrase, with `{part}` for each of its parts."""


@dataclass(frozen=True, slots=True)
class Phrase:
    name: str
    parts: Mapping[str, "Phrase | str | int"]
    """A text is shown as it is, and a number in groups of three digits."""

    def told(self, wording: Wording) -> str:
        parts = {name: _told(part, wording) for name, part in self.parts.items()}
        return wording.texts[self.name].format(**parts)


def phrase(name: str, /, **parts: Phrase | str | int) -> Phrase:
    return Phrase(name, parts)


def _told(part: Phrase | str | int, wording: Wording) -> str:
    match part:
        case Phrase():
            return part.told(wording)
        case int():
            return f"{part:,}".replace(",", wording.thousands)
    return part


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error of an event: where it is, and what to do."""

    pointer: str
    """JSON Pointer (RFC 6901) to the field or entry; empty for the whole event."""
    sentence: Phrase
