"""Records of the internal topics `journey`, `member` and `tally`, in MessagePack.

Each is absolute: the complete state of its slot as of `version`, an offset in its sender's input. A receiver
keeps the greatest version of a slot, so a repeat or a late copy changes nothing.
"""

import msgspec

from models.touches import Touch

ACTIVE, CANCELLED, GONE = 0, 1, 2
"""Standing of an enrollment for one member or subject; `GONE`: it names them no more."""


class SubjectEnrolled(msgspec.Struct, frozen=True, array_like=True, tag="n", gc=False):
    """To `journey`: an enrollment names this subject (a person or a company)."""

    event_id: str
    version: int
    standing: int
    member_id: str
    occurred_us: int


class Reached(msgspec.Struct, frozen=True, array_like=True, tag="r", gc=False):
    """To `journey`: an event reached this subject; inactive if that was revoked."""

    version: int
    active: bool
    touch: Touch


class Enrolled(msgspec.Struct, frozen=True, array_like=True, tag="e", gc=False):
    """To `member`: an enrollment names this member."""

    event_id: str
    version: int
    standing: int
    kind: str
    company_id: str | None
    subjects: tuple[str, ...]
    """Subjects whose answers are needed to state the member."""
    place: str
    occurred_us: int
    declared: str | None


class Answer(msgspec.Struct, frozen=True, array_like=True, tag="a", gc=False):
    """To `member`: every touch of one subject inside one enrollment's lookback."""

    event_id: str
    subject: str
    version: int
    enrollment_version: int
    """Version of the enrollment that is answered; the answer counts for no other."""
    touches: tuple[Touch, ...]


class PlaceReached(msgspec.Struct, frozen=True, array_like=True, tag="p", gc=False):
    """To every partition of `member`: a group event reached a place."""

    version: int
    active: bool
    place: str
    touch: Touch


class Sum(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """To `tally`: sum of one partition of members for one cell of one campaign."""

    partition: int
    district: str
    month: str
    kind: str
    version: int
    credit: tuple[int, ...]
    """Millionths by credit model, in the order of `MODELS`."""
    members: tuple[int, ...]
    """Members with any credit, by credit model."""


JourneyMessage = SubjectEnrolled | Reached
MemberMessage = Enrolled | Answer | PlaceReached

encode = msgspec.msgpack.Encoder().encode
decode_journey = msgspec.msgpack.Decoder(JourneyMessage).decode
decode_member = msgspec.msgpack.Decoder(MemberMessage).decode
decode_sum = msgspec.msgpack.Decoder(Sum).decode
