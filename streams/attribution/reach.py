"""Messages from an accepted event to everyone whom it, or its revision before, names or reaches."""

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
"""Partition of a key on an internal topic."""


def enrollment_reach(journey_topic: str, member_topic: str, partition_of: PartitionOf) -> Reach:
    """To its member, and to the person and the company whose touches may count."""

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
        enrolled = SubjectEnrolled(event.event_id, version, standing, event.member_id, event.occurred_us)
        key = subject.encode()
        return Out(journey_topic, key, encode(enrolled), partition_of(key))

    return reach


def _enrollment_subjects(event: Enrollment) -> tuple[str, ...]:
    person, company = event.person, event.company_id
    if person is None:
        return () if company is None else (f"company:{company}",)
    return (f"person:{person}",) if company is None else (f"person:{person}", f"company:{company}")


def outreach_reach(
    journey_topic: str, member_topic: str, partition_of: PartitionOf, member_partitions: int
) -> Reach:
    """To every person and company that attended, and for its place to all partitions of members."""

    def reach(before: Event | None, now: Event, version: int) -> list[Out]:
        assert isinstance(now, OutreachEvent)  # noqa: S101 - the topic's own type, checked when it was judged
        active = now.status == "active"
        payloads = _outreach_payloads(now, version, active=active)
        if isinstance(before, OutreachEvent):
            payloads = _outreach_payloads(before, version, active=False) | payloads
        outs = _to_subjects(journey_topic, partition_of, payloads)
        touch = _touch(now, "place", now.channel, "persuasion")
        place = encode(PlaceReached(version, active, now.place, touch))
        outs += [Out(member_topic, b"", place, partition) for partition in range(member_partitions)]
        return outs

    return reach


def inspection_reach(journey_topic: str, partition_of: PartitionOf) -> Reach:
    """To the visited company."""

    def reach(before: Event | None, now: Event, version: int) -> list[Out]:
        assert isinstance(now, Inspection)  # noqa: S101 - the topic's own type, checked when it was judged
        payloads = _inspection_payloads(now, version, active=now.status == "active")
        if isinstance(before, Inspection):
            payloads = _inspection_payloads(before, version, active=False) | payloads
        return _to_subjects(journey_topic, partition_of, payloads)

    return reach


PayloadBySubject = dict[str, bytes]
"""Encoded message by subject: all attendees of an event, maybe thousands, share one payload."""


def _to_subjects(topic: str, partition_of: PartitionOf, payloads: PayloadBySubject) -> list[Out]:
    outs = []
    for subject, value in payloads.items():
        key = subject.encode()
        outs.append(Out(topic, key, value, partition_of(key)))
    return outs


def _outreach_payloads(event: OutreachEvent, version: int, *, active: bool) -> PayloadBySubject:
    attendance = Reached(version, active, _touch(event, "attendance", event.channel, "persuasion"))
    company = Reached(version, active, _touch(event, "company", event.channel, "persuasion"))
    return _each("person:", event.attendees, attendance) | _each("company:", event.companies, company)


def _each(prefix: str, names: Iterable[str], reached: Reached) -> PayloadBySubject:
    value = encode(reached)
    return {prefix + name: value for name in names}


def _inspection_payloads(event: Inspection, version: int, *, active: bool) -> PayloadBySubject:
    approach = "compulsion" if event.stage in COMPELLING_STAGES else "persuasion"
    reached = Reached(version, active, _touch(event, "company", "inspection", approach))
    return {f"company:{event.company_id}": encode(reached)}


def _touch(event: OutreachEvent | Inspection, evidence: str, channel: str, approach: str) -> Touch:
    return Touch(
        event.occurred_us, evidence, event.event_id, event.type, event.campaign_id, channel, approach
    )
