"""What a standing event tells the next stages, and takes back from whom it no longer names."""

from collections.abc import Callable, Iterable

from models.events import Enrollment, Event, Inspection, OutreachEvent
from models.touches import COMPELLING_STAGES, Touch
from streams.attribution.event import Reach
from streams.attribution.messages import (
    ACTIVE,
    CANCELLED,
    GONE,
    Enrolled,
    PlaceReached,
    Reached,
    SubjectEnrolled,
    encode,
)
from streams.step import Out

PartitionOf = Callable[[bytes], int]
"""The partition of a key on an internal topic."""


def enrollment_reach(journey_topic: str, member_topic: str, partition_of: PartitionOf) -> Reach:
    """To the member that it names, and to the person and the company whose touches it looks back on."""

    def reach(before: Event | None, now: Event, version: int) -> list[Out]:
        assert isinstance(now, Enrollment)  # noqa: S101 - the topic's own type, checked when it was judged
        standing = ACTIVE if now.status == "active" else CANCELLED
        subjects = _enrollment_subjects(now)
        outs = [_to_member(now, subjects, version, standing)]
        outs += [_to_subject(subject, now, version, standing) for subject in subjects]
        if isinstance(before, Enrollment):
            subjects_before = _enrollment_subjects(before)
            if before.member_id != now.member_id:
                outs.append(_to_member(before, subjects_before, version, GONE))
            gone = (subject for subject in subjects_before if subject not in subjects)
            outs += [_to_subject(subject, before, version, GONE) for subject in gone]
        return outs

    def _to_member(event: Enrollment, subjects: tuple[str, ...], version: int, standing: int) -> Out:
        enrolled = Enrolled(
            event.event_id,
            version,
            standing,
            event.kind,
            event.company_id,
            subjects,
            event.place,
            event.occurred_us,
            event.declared,
        )
        key = event.member_id.encode()
        return Out(member_topic, key, encode(enrolled), partition_of(key))

    def _to_subject(subject: str, event: Enrollment, version: int, standing: int) -> Out:
        named = SubjectEnrolled(event.event_id, version, standing, event.member_id, event.occurred_us)
        key = subject.encode()
        return Out(journey_topic, key, encode(named), partition_of(key))

    return reach


def _enrollment_subjects(event: Enrollment) -> tuple[str, ...]:
    person, company = event.person, event.company_id
    if person is None:
        return () if company is None else (f"company:{company}",)
    return (f"person:{person}",) if company is None else (f"person:{person}", f"company:{company}")


def outreach_reach(
    journey_topic: str, member_topic: str, partition_of: PartitionOf, member_partitions: int
) -> Reach:
    """To every person and company that was there, and to all partitions of members for its place."""

    def reach(before: Event | None, now: Event, version: int) -> list[Out]:
        assert isinstance(now, OutreachEvent)  # noqa: S101 - the topic's own type, checked when it was judged
        active = now.status == "active"
        told = _outreach_told(now, version, active=active)
        if isinstance(before, OutreachEvent):
            told = _outreach_told(before, version, active=False) | told
        outs = _to_subjects(journey_topic, partition_of, told)
        touch = _touch(now, "place", now.channel, "persuasion")
        place = encode(PlaceReached(version, active, now.place, touch))
        outs += [Out(member_topic, b"", place, partition) for partition in range(member_partitions)]
        return outs

    return reach


def inspection_reach(journey_topic: str, partition_of: PartitionOf) -> Reach:
    """To the company that was visited."""

    def reach(before: Event | None, now: Event, version: int) -> list[Out]:
        assert isinstance(now, Inspection)  # noqa: S101 - the topic's own type, checked when it was judged
        told = _inspection_told(now, version, active=now.status == "active")
        if isinstance(before, Inspection):
            told = _inspection_told(before, version, active=False) | told
        return _to_subjects(journey_topic, partition_of, told)

    return reach


Told = dict[str, bytes]
"""What each subject is told, packed: thousands of attendees are told the same, and it is packed once."""


def _to_subjects(topic: str, partition_of: PartitionOf, told: Told) -> list[Out]:
    outs = []
    for subject, value in told.items():
        key = subject.encode()
        outs.append(Out(topic, key, value, partition_of(key)))
    return outs


def _outreach_told(event: OutreachEvent, version: int, *, active: bool) -> Told:
    attendance = Reached(version, active, _touch(event, "attendance", event.channel, "persuasion"))
    company = Reached(version, active, _touch(event, "company", event.channel, "persuasion"))
    return _each("person:", event.attendees, attendance) | _each("company:", event.companies, company)


def _each(prefix: str, names: Iterable[str], reached: Reached) -> Told:
    value = encode(reached)
    return {prefix + name: value for name in names}


def _inspection_told(event: Inspection, version: int, *, active: bool) -> Told:
    approach = "compulsion" if event.stage in COMPELLING_STAGES else "persuasion"
    reached = Reached(version, active, _touch(event, "company", "inspection", approach))
    return {f"company:{event.company_id}": encode(reached)}


def _touch(event: OutreachEvent | Inspection, evidence: str, channel: str, approach: str) -> Touch:
    return Touch(
        event.occurred_us, evidence, event.event_id, event.type, event.campaign_id, channel, approach
    )
