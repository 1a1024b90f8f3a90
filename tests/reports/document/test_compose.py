"""What a document says of a store without anything, with much, or that may not be read whole."""

import pytest

from models.language import Language
from models.places import Places
from models.tables.audiences import RoleKind
from reports.document.compose import compose
from reports.document.efforts import MOST_CAMPAIGNS
from reports.document.figures import Figures, figures
from reports.document.parts import Cards, Document, Listing, Note, Paragraph, Picture, Table
from reports.document.words import Words
from reports.moments import NOW
from reports.scope import EVERYTHING, Scope, parse_period
from sinks.store import migrate
from tests.builders import inspection, outreach
from tests.reports.filled import Filled, wanted
from tests.services.postgres import Postgres
from tests.services.roles import connecting, new_role
from tests.sinks.records import line, organic, statement

CAMPAIGNS = 2_000
LONGEST = "kampanye-dengan-nama-yang-sangat-panjang-sekali-2017-gunungkidul"
WHOLE = 1_000_000
SLEMAN = Scope("34.04")


def counted(store: Filled, scope: Scope = EVERYTHING) -> Figures:
    return store.read(lambda one: figures(one, NOW, scope, Places.load(None)))


def document(store: Filled, scope: Scope = EVERYTHING, language: Language = Language.EN) -> Document:
    return compose(counted(store, scope), language)


def said(found: Document) -> str:
    """All paragraphs and notes."""
    return "\n".join(one.text for one in found.blocks() if isinstance(one, Paragraph | Note))


def card_lines(found: Document) -> list[str]:
    return [
        line for one in found.blocks() if isinstance(one, Cards) for card in one.cards for line in card.lines
    ]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("scope", [EVERYTHING, Scope("34.04.07", parse_period("2019-01..2019-02"))])
def test_a_store_without_anything_has_a_whole_report(store: Filled, scope: Scope, language: Language) -> None:
    found = document(store, scope, language)
    assert Words(language)("No member of this place and period is known.") in said(found)
    for name, rows in (("channels", 2), ("campaigns", 2), ("months", 1), ("ledger", 5)):
        assert len([row for group in found.table(name).groups for row in group.rows]) >= rows
    assert found.table("campaigns").cell("worker", "linear", "organic").value == 0
    assert all(one.items for one in found.blocks() if isinstance(one, Listing))


def test_sections_have_ids_of_their_own_and_pictures_their_alternatives(store: Filled) -> None:
    store.apply(statement("m1"))
    found = document(store)
    ids = [one.id for section in found.sections for one in (section, *section.sections)]
    tables = [one.id for one in found.blocks() if isinstance(one, Table)]
    assert len(set(ids)) == len(ids)
    assert len(set(tables)) == len(tables)
    pictures = [one for one in found.blocks() if isinstance(one, Picture)]
    assert pictures
    assert all(one.alternative in one.svg for one in pictures)


def test_of_two_thousand_campaigns_most_stand_together_and_all_add_up(store: Filled) -> None:
    names = [f"kampanye-{number:04}" for number in range(CAMPAIGNS - 1)] + [LONGEST]
    store.accept(*(outreach(campaign_id=one, name=one, cost_idr=1_000) for one in names))
    store.apply(*(statement(f"m{n}", n + 1, lines=(line(one),)) for n, one in enumerate([*names, LONGEST])))
    found = document(store)
    table = found.table("campaigns")
    assert [one.id for one in table.groups[MOST_CAMPAIGNS:]] == ["rest", "organic", "sum"]
    assert table.groups[0].header == LONGEST
    rest = CAMPAIGNS - MOST_CAMPAIGNS
    assert table.groups[MOST_CAMPAIGNS].header == f"{rest:,} further campaigns"
    assert table.cell("worker", "linear", "rest").value == rest * WHOLE
    assert table.cell("cost_per_worker", "linear", "rest").value == 1_000
    assert table.cell("worker", "linear", "sum").value == (CAMPAIGNS + 1) * WHOLE
    assert f"the other {rest:,} together" in said(found)


def test_one_campaign_stands_beside_organic(store: Filled) -> None:
    store.accept(outreach(campaign_id=LONGEST, cost_idr=7))
    store.apply(statement("m1", lines=(line(LONGEST),)), statement("m2", lines=(organic(),)))
    groups = document(store).table("campaigns").groups
    assert [(one.id, one.header) for one in groups] == [
        (LONGEST, LONGEST),
        ("organic", "Organic"),
        ("sum", "All together"),
    ]
    assert groups[0].detail == "Wayang show · 1 event · Rp\N{NO-BREAK SPACE}7"


def test_where_events_were_for_a_larger_area_no_cost_per_member_is_given(store: Filled) -> None:
    store.accept(
        outreach("wayang", 1, place="34.04", cost_idr=10),
        outreach("wayang", 2, place="34", cost_idr=10),
        inspection(cost_idr=5),
    )
    store.apply(statement("m1"), statement("m2", lines=(line("inspections", channel="inspection"),)))
    found = document(store, SLEMAN)
    channels = {one.id: one for one in found.table("channels").groups}
    assert [row.id for row in channels["wayang"].rows] == ["worker", "company"]
    assert channels["wayang"].detail.endswith("1 event for a larger area")
    assert [row.id for row in channels["inspection"].rows][2:] == ["cost_per_worker", "cost_per_company"]
    assert "no cost per member is given" in said(found)
    assert "no cost per member is given" not in said(document(store))


def test_targets_are_those_of_the_place_and_of_the_year(store: Filled) -> None:
    store.apply(statement("m1"))
    store.load(wanted(4), wanted(2, place="34.04"), wanted(9, place="34.01"), wanted(1, channel="wayang"))
    [workers, companies] = card_lines(document(store, SLEMAN))[::2]
    assert workers == "By 1 September 2017: 1 of the 2 wanted in 2017 (50.0\N{NO-BREAK SPACE}%)"
    assert companies == "No target of 2017 is known for them."
    assert [row.id for group in document(store).table("targets").groups for row in group.rows] == [
        "34/worker/wayang/",
        "34.01/worker//",
        "34.04/worker//",
    ]
    assert card_lines(document(store, Scope(None, parse_period("2018-01"))))[0].startswith(
        "No target of 2018"
    )


def test_progress_is_that_of_the_last_day_of_the_period(store: Filled) -> None:
    store.apply(*(statement(f"m{n}", n, occurred_at=f"2017-0{n}-15T02:00:00.000000Z") for n in range(1, 9)))
    table = document(store, Scope(None, parse_period("2017-03..2017-04"))).table("pace")
    assert table.cell("reached", "worker").value == 4 * WHOLE


def test_a_sum_that_does_not_hold_is_told_above_its_table(store: Filled) -> None:
    store.apply(statement("m1"), statement("m2", lines=(line(credit={"first": 1}),)))
    assert "They do not: 1 of the members have wrong credit" in said(document(store))


def test_a_rebuild_under_way_is_told(store: Filled) -> None:
    store.apply(statement("m1"))
    store.spoil("UPDATE batch SET settle = true WHERE batch = (SELECT max(batch) FROM batch)")
    store.spoil("UPDATE generation SET settled_at = NULL")
    assert "The stream is being rebuilt" in said(document(store))


def test_a_role_that_may_not_read_events_gets_all_but_how_late_they_came(postgres: Postgres) -> None:
    url = postgres.new_database()
    store = Filled(url)
    store.apply(statement("m1"))
    store.close()
    roles = {RoleKind.READER: new_role(), RoleKind.ANALYST: new_role()}
    migrate(url, roles)
    reader, analyst = (Filled.__new__(Filled) for _ in roles)
    reader.url, analyst.url = (connecting(url, role) for role in roles.values())
    assert counted(analyst).recorded is not None
    assert counted(reader).recorded is None
    assert "this is left out" in said(document(reader))
