"""One member's journey and credit, word for word."""

from models.places import Places
from reports.journey import Unknown
from reports.why import why
from reports.why_words import in_words
from tests.builders import at, company, enrollment, event_id, inspection, outreach
from tests.reports.filled import Filled
from tests.sinks.records import MODELS, cancelled, gone, line, organic, statement

WHOLE = 1_000_000


def words_of(store: Filled, member: str = "m1") -> str:
    return in_words(store.read(lambda connection: why(connection, member)), Places.load())


def joined(*lines: object, day: float = 3, **fields: object) -> bytes:
    """The statement on the member that `enrollment("m1")` enrolls."""
    its = event_id("enrollment of m1")
    return statement("m1", occurred_at=at(day), enrollment_event_id=its, lines=tuple(lines), **fields)


def test_a_journey_by_attendance_and_declaration(store: Filled) -> None:
    show = outreach("wayang", 1, campaign_id="kresna", place="34.04", attendees=["m1"], headcount=1_200)
    store.accept(enrollment("m1", declared="perisai-7"), show)
    half = dict.fromkeys(("linear", "position", "time_decay"), WHOLE // 2)
    attended = line("kresna", touch_id=show["event_id"], touched_at=at(1), credit={"first": WHOLE} | half)
    named = line(
        "perisai-7",
        number=1,
        touch_id=event_id("enrollment of m1"),
        channel="declared",
        evidence="declared",
        touched_at=at(3),
        credit={"last": WHOLE} | half,
    )
    store.apply(joined(attended, named, evidence="declared"))
    who = "m1: a worker without an employer (BPU) in Depok, Kabupaten Sleman"
    show_told = "kresna, a wayang show in Kabupaten Sleman with 1,200 people, sent by field-team"
    halves = "linear 50 % (500,000) | position 50 % (500,000) | time_decay 50 % (500,000)"
    assert words_of(store).splitlines() == [
        f"{who}, member since 4 September 2017, 09:00 WIB.",
        f"Enrollment {event_id('enrollment of m1')}, sent by front-desk.",
        "",
        "2 touches before the enrollment, in order. Touches by place alone do not count beside them.",
        f"  1. 2 September 2017, 09:00 WIB, 2 days before: {show_told}",
        "     attendance: the member is on the list of those who registered; persuasion",
        f"     first 100 % (1,000,000) | last 0 | {halves}",
        "  2. 4 September 2017, 09:00 WIB, at the same moment: perisai-7, named on the form",
        "     declared: the member, or the agent who recruited them, named the campaign; persuasion",
        f"     first 0 | last 100 % (1,000,000) | {halves}",
        "",
        "Rules 2017.1; decided on 1 September 2017, 09:00 WIB.",
    ]


def test_touches_by_place_share_a_part_and_say_why(store: Filled) -> None:
    show = outreach("sailing_race", 2, place="34.04.07")
    store.accept(enrollment("m1"), show)
    near = line(
        "sailing_race",
        channel="sailing_race",
        touch_id=show["event_id"],
        evidence="place",
        touched_at=at(2.5),
        credit=dict.fromkeys(MODELS, 300_000),
    )
    store.apply(joined(near, organic(700_000, number=1), evidence="place"))
    words = words_of(store)
    assert (
        "1 touch before the enrollment, in order, by place alone: no list says that the member was there. "
        "Being near proves little, so they share 30 % and the rest is organic." in words
    )
    assert "12 hours" not in words
    assert "0.5 days before: sailing_race, a sailing race in Depok, Kabupaten Sleman with 100 people" in words
    assert "place: it reached Depok, Kabupaten Sleman, where the member works; persuasion" in words
    assert "organic: what no effort is known to have brought" in words
    assert words.count("70 % (700,000)") == len(MODELS)


def test_organic_says_what_it_means(store: Filled) -> None:
    store.accept(enrollment("m1", company_id="c1"))
    store.apply(joined(organic(), evidence="none", company_id="c1"))
    words = words_of(store)
    assert words.startswith("m1: a worker of c1 in Depok")
    assert "Organic: no effort is known to have reached this member." in words
    assert "first 100 % (1,000,000) | last 100 % (1,000,000)" in words


def test_an_inspection_that_compels_is_told_apart_from_persuasion(store: Filled) -> None:
    letter = inspection("c1", 1, stage="sp2", outcome="refused")
    store.accept(company("c1"), letter)
    warned = line(
        "inspections",
        channel="inspection",
        touch_id=letter["event_id"],
        evidence="company",
        approach="compulsion",
        touched_at=at(1),
    )
    own = event_id("enrollment of c1")
    store.apply(
        statement(
            "c1",
            kind="company",
            company_id="c1",
            evidence="company",
            enrollment_event_id=own,
            lines=(warned,),
        )
    )
    words = words_of(store, "c1")
    assert "c1: a company in Depok" in words
    assert "inspections, an inspection, second warning letter (SP2), by team-1: it refused" in words
    assert (
        "company: the company was inspected; compulsion: a warning letter or a sanction, no mere visit"
        in words
    )


def test_an_outreach_event_that_shares_an_id_with_an_inspection_or_enrollment_is_not_mixed_up(
    store: Filled,
) -> None:
    shared = event_id("enrollment of m1")
    store.accept(
        enrollment("m1"), outreach("wayang", name="enrollment of m1"), inspection(name="enrollment of m1")
    )
    fields = {"touch_id": shared, "touched_at": at(2)}
    store.apply(
        joined(
            line("a", channel="wayang", **fields),
            line("b", number=1, channel="inspection", evidence="company", **fields),
            line("c", number=2, channel="declared", evidence="declared", **fields),
            company_id="c1",
        )
    )
    words = words_of(store)
    for told_right in ("a, a wayang show in", "b, an inspection, visit,", "c, named on the form"):
        assert told_right in words


def test_duplicates_and_taken_back_enrollments_are_told(store: Filled) -> None:
    store.accept(
        enrollment("m1"),
        enrollment("m1", 5, name="again", source="web"),
        enrollment("m1", 2, name="wrong", status="cancelled"),
        enrollment("m2"),
    )
    store.apply(joined(organic(), evidence="none", duplicates=1))
    words = words_of(store).splitlines()
    wrong = f"{event_id('wrong')}, sent by front-desk: 3 September 2017, 09:00 WIB, Depok, Kabupaten Sleman"
    again = f"{event_id('again')}, sent by web: 6 September 2017, 09:00 WIB, Depok, Kabupaten Sleman"
    assert words[2:4] == [
        f"Taken back: enrollment {wrong}.",
        f"Enrolled again: {again}. It earns nothing, for the enrollment above was earlier.",
    ]


def test_a_cancelled_member_is_told_as_such(store: Filled) -> None:
    store.accept(enrollment("m1", status="cancelled"))
    store.apply(cancelled("m1", occurred_at=at(3), enrollment_event_id=event_id("enrollment of m1")))
    assert words_of(store).splitlines()[-1] == (
        "Cancelled: every enrollment that names m1 was taken back. It counts for nobody."
    )


def test_an_unknown_member_brings_similar_ones(store: Filled) -> None:
    store.apply(statement("YK-2017-0042"), statement("YK-2017-0043", 2), statement("ZZZ", 3))
    assert words_of(store, "yk-2017-0042").splitlines() == [
        "No enrollment names yk-2017-0042.",
        "Similar member numbers: YK-2017-0042, YK-2017-0043.",
    ]
    assert words_of(store, "?") == "No enrollment names ?."


def test_a_member_that_a_correction_removed_is_told_as_such(store: Filled) -> None:
    store.apply(statement("m1"))
    store.apply(gone("m1", 2), counted=False)
    assert words_of(store) == (
        "No enrollment names m1 any longer: a correction took the name back on 1 September 2017, 09:00 WIB. "
        "It has no credit now; the history keeps what was believed before."
    )


def test_ids_that_differ_in_case_or_by_a_wildcard_are_different_members(store: Filled) -> None:
    ids = ("m_1", "M_1", "mx1", "m%1")
    store.accept(*(enrollment(each, name=each) for each in ids[:3]))
    store.apply(
        *(statement(each, number, enrollment_event_id=event_id(each)) for number, each in enumerate(ids, 1))
    )
    found = store.read(lambda connection: why(connection, "m_1"))
    assert not isinstance(found, Unknown)
    assert found.counts is not None
    assert (found.counts.event_id, found.others) == (event_id("m_1"), ())
