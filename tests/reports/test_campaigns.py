"""What campaigns and channels brought in and cost."""

from reports.campaigns import Progress, Target, campaigns
from reports.wording import share
from tests.builders import inspection, outreach
from tests.reports.filled import Filled, wanted
from tests.sinks.records import MODELS, cancelled, line, organic, statement

WHOLE = 1_000_000


def company(member: str, **fields: object) -> bytes:
    return statement(member, kind="company", company_id=member, **fields)


def test_credit_is_summed_by_campaign_channel_and_kind(store: Filled) -> None:
    first, half = {"first": WHOLE, "linear": WHOLE // 2}, {"last": WHOLE, "linear": WHOLE // 2}
    both = (line("show", credit=first), line("walk", number=1, channel="healthy_walk", credit=half))
    store.accept(outreach("wayang", campaign_id="show"), outreach("healthy_walk", campaign_id="walk"))
    store.apply(
        statement("m1", lines=both), statement("m2", lines=(line("show"),)), company("c1", lines=both[:1])
    )
    found = store.read(campaigns)
    walk, show = found.campaigns
    assert (walk.name, walk.channels, show.name, show.channels) == (
        "walk",
        ("healthy_walk",),
        "show",
        ("wayang",),
    )
    assert walk.workers == {"last": WHOLE, "linear": WHOLE // 2}
    assert show.workers["linear"] == WHOLE + WHOLE // 2
    assert show.companies == {"first": WHOLE, "linear": WHOLE // 2}
    assert [(one.name, one.workers, one.companies) for one in found.channels] == [
        ("healthy_walk", walk.workers, {}),
        ("wayang", show.workers, show.companies),
    ]


def test_cost_is_that_of_active_events(store: Filled) -> None:
    store.accept(
        outreach("wayang", 1, campaign_id="a", cost_idr=10),
        outreach("wayang", 2, campaign_id="a", cost_idr=20),
        outreach("wayang", 3, campaign_id="a", cost_idr=40, status="cancelled"),
        inspection(campaign_id="a", cost_idr=5),
    )
    found = store.read(campaigns)
    assert [(one.name, one.events, one.cost_idr) for one in found.campaigns] == [("a", 3, 35)]
    assert [(one.name, one.events, one.cost_idr) for one in found.channels] == [
        ("inspection", 1, 5),
        ("wayang", 2, 30),
    ]


def test_cost_a_worker_is_whole_rupiah_and_none_where_nobody_came(store: Filled) -> None:
    store.accept(outreach("wayang", campaign_id="a", cost_idr=1_000_001))
    store.apply(statement("m1", lines=(line("a", credit={"first": WHOLE, "last": 300_000}),)))
    (found,) = store.read(campaigns).campaigns
    costs = {model: found.cost_per_worker_idr(model) for model in MODELS}
    assert costs == {
        "first": 1_000_001,
        "last": 3_333_337,
        "linear": None,
        "position": None,
        "time_decay": None,
    }


def test_organic_stands_beside_and_not_among_the_campaigns(store: Filled) -> None:
    store.apply(statement("m1", lines=(organic(),)))
    found = store.read(campaigns)
    assert found.organic.workers == dict.fromkeys(MODELS, WHOLE)
    assert (found.campaigns, found.channels) == ((), ())


def test_a_declaration_counts_for_the_only_channel_of_its_campaign(store: Filled) -> None:
    declared = line("perisai-1", channel="declared", evidence="declared")
    store.accept(outreach("perisai", campaign_id="perisai-1", cost_idr=7))
    store.apply(statement("m1", lines=(declared,)))
    (channel,) = store.read(campaigns).channels
    assert (channel.name, channel.cost_idr, channel.workers["last"]) == ("perisai", 7, WHOLE)


def test_a_declaration_is_a_channel_of_its_own_where_the_campaign_has_several_or_none(store: Filled) -> None:
    store.accept(outreach("perisai", campaign_id="a"), outreach("other", 2, campaign_id="a"))
    lines = [(line(name, channel="declared", evidence="declared"),) for name in ("a", "b")]
    store.apply(statement("m1", lines=lines[0]), statement("m2", lines=lines[1]))
    found = store.read(campaigns)
    assert {one.name: one.workers.get("last", 0) for one in found.channels} == {
        "declared": 2 * WHOLE,
        "other": 0,
        "perisai": 0,
    }
    assert [(one.name, one.channels) for one in found.campaigns] == [
        ("b", ("declared",)),
        ("a", ("other", "perisai")),
    ]


def test_progress_counts_active_members_of_the_year_by_kind(store: Filled) -> None:
    before = {"occurred_at": "2016-12-31T16:59:59.999999Z"}
    store.apply(statement("m1"), statement("m2"), cancelled("m3"), company("c1"), statement("m4", **before))
    assert store.read(campaigns).progress == Progress(2, 1, Target(117_376, 2_710), 2017)
    store.load(wanted(4), wanted(2, place="34.04"), wanted(8, kind="company"), wanted(1, channel="wayang"))
    progress = store.read(campaigns).progress
    assert progress == Progress(2, 1, Target(4, 8), 2017)
    assert (share(progress.workers, 4), share(progress.companies, 8)) == ("50.0 %", "12.5 %")


def test_there_is_no_progress_towards_a_target_that_nobody_set(store: Filled) -> None:
    store.apply(statement("m1"))
    store.load(wanted(4), wanted(9, kind="company", place="34.01"), wanted(9, kind="company", place="34.02"))
    assert store.read(campaigns).progress == Progress(1, 0, Target(4, None), 2017)
