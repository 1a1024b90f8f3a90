"""What a standing event tells the next stages, and takes back from whom it no longer names."""

from collections.abc import Iterable

from models.events import Enrollment, Event, Inspection, OutreachEvent
from models.touches import COMPELLING_STAGES, Touch
from streams.folds.event import Reach
from streams.folds.messages import ACTIVE, CANCELLED, GONE, Enrolled, Named, PlaceReached, Reached, encode
from streams.step import Out


def enrollment_reach(journey_topic: str, member_topic: str) -> Reach:
    """To the member that it names, and to the person and the company whose touches it looks back on."""

    def reach(before: Event | None, now: Event, version: int) -> list[Out]:
        assert isinstance(now, Enrollment)  # noqa: S101 - the topic's own type, checked when it was judged
        standing = ACTIVE if now.status == "active" else CANCELLED
        outs = [_to_member(now, version, standing)]
        subjects = enrollment_subjects(now)
        outs += [_to_subject(subject, now, version, standing) for subject in subjects]
        if isinstance(before, Enrollment):
            if before.member_id != now.member_id:
                outs.append(_to_member(before, version, GONE))
            gone = (subject for subject in enrollment_subjects(before) if subject not in subjects)
            outs += [_to_subject(subject, before, version, GONE) for subject in gone]
        return outs

    def _to_member(event: Enrollment, version: int, standing: int) -> Out:
        enrolled = Enrolled(
            event.event_id,
            version,
            standing,
            event.kind,
            event.company_id,
            enrollment_subjects(event),
            event.place,
            event.occurred_us,
            event.declared,
        )
        return Out(member_topic, event.member_id.encode(), encode(enrolled))

    def _to_subject(subject: str, event: Enrollment, version: int, standing: int) -> Out:
        named = Named(event.event_id, version, standing, event.member_id, event.occurred_us)
        return Out(journey_topic, subject.encode(), encode(named))

    return reach


def enrollment_subjects(event: Enrollment) -> tuple[str, ...]:
    person = () if event.person is None else (f"person:{event.person}",)
    company = () if event.company_id is None else (f"company:{event.company_id}",)
    return person + company


def outreach_reach(journey_topic: str, member_topic: str, member_partitions: int) -> Reach:
    """To every person and company that was there, and to all partitions of members for its place."""

    def reach(before: Event | None, now: Event, version: int) -> list[Out]:
        assert isinstance(now, OutreachEvent)  # noqa: S101 - the topic's own type, checked when it was judged
        outs = _touch_subjects(journey_topic, version, _outreach_touches(before), _outreach_touches(now))
        touch = _touch(now, "place", now.channel, "persuasion")
        place = encode(PlaceReached(version, now.status == "active", now.place, touch))
        outs += [Out(member_topic, b"", place, partition) for partition in range(member_partitions)]
        return outs

    return reach


def inspection_reach(journey_topic: str) -> Reach:
    """To the company that was visited."""

    def reach(before: Event | None, now: Event, version: int) -> list[Out]:
        return _touch_subjects(journey_topic, version, _inspection_touches(before), _inspection_touches(now))

    return reach


Touches = dict[str, tuple[bool, Touch]]
"""Subject to (whether the touch is active, the touch)."""


def _touch_subjects(topic: str, version: int, before: Touches, now: Touches) -> list[Out]:
    taken_back = {subject: (False, touch) for subject, (_, touch) in before.items() if subject not in now}
    return [
        Out(topic, subject.encode(), encode(Reached(version, active, touch)))
        for subject, (active, touch) in (now | taken_back).items()
    ]


def _outreach_touches(event: Event | None) -> Touches:
    if not isinstance(event, OutreachEvent):
        return {}
    active = event.status == "active"
    attendance = active, _touch(event, "attendance", event.channel, "persuasion")
    company = active, _touch(event, "company", event.channel, "persuasion")
    return _subjects("person:", event.attendees, attendance) | _subjects("company:", event.companies, company)


def _subjects(prefix: str, names: Iterable[str], touch: tuple[bool, Touch]) -> Touches:
    return {prefix + name: touch for name in names}


def _inspection_touches(event: Event | None) -> Touches:
    if not isinstance(event, Inspection):
        return {}
    approach = "compulsion" if event.stage in COMPELLING_STAGES else "persuasion"
    touch = _touch(event, "company", "inspection", approach)
    return {f"company:{event.company_id}": (event.status == "active", touch)}


def _touch(event: OutreachEvent | Inspection, evidence: str, channel: str, approach: str) -> Touch:
    return Touch(
        event.occurred_us, evidence, event.event_id, event.type, event.campaign_id, channel, approach
    )
