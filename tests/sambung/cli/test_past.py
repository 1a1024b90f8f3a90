"""Questions about past moments, as they are typed."""

import json

from models.instants import sql_text
from tests.builders import at, enrollment, event_id, outreach
from tests.reports.filled import Filled
from tests.sambung.cli.conftest import Command, unwrapped
from tests.sinks.records import line, organic, statement
from tests.stores import run

WHOLE = 1_000_000
ENROLLED = {"occurred_at": at(3), "enrollment_event_id": event_id("enrollment of m1")}


def filled(store: Filled) -> None:
    """Two moments: m1 is organic; later a show is known, and m1 was there. m2 came and went."""
    store.accept(enrollment("m1"))
    nothing = {"lines": (organic(),), "evidence": "none"}
    store.apply(statement("m1", **nothing, **ENROLLED), statement("m2", **nothing))
    show = outreach("wayang", 1, campaign_id="kresna", cost_idr=5_000_000, headcount=300)
    store.accept(show)
    attended = line("kresna", touch_id=show["event_id"], touched_at=at(1))
    nobody = dict.fromkeys(("kind", "company_id", "place", "occurred_at", "enrollment_event_id"))
    store.apply(
        statement("m1", 2, lines=(attended,), **ENROLLED),
        statement("m2", 2, status="gone", evidence="none", lines=(), **nobody),
        counted=False,
    )


def moments(url: str) -> list[str]:
    """RFC 3339 of each batch."""
    found = run(url, "SELECT committed_at FROM batch ORDER BY batch")
    return [f"{committed_at.replace(' ', 'T')}Z" for (committed_at,) in found]


def test_a_member_is_explained_as_of_then_and_now(sambung: Command, store: Filled, url: str) -> None:
    filled(store)
    then = moments(url)[2]
    past = sambung("why", "m1", "--as-of", then, "--database", url)
    assert past.exit_code == 0
    assert past.stdout.startswith("As the store was after batch 2, written on ")
    assert "Organic: no effort is known to have reached this member." in past.stdout
    now = sambung("why", "m1", "--database", url).stdout
    assert "1 touch before the enrollment" in unwrapped(now)
    assert "As the store was" not in now
    assert sambung("why", "m2", "--as-of", then, "--database", url).exit_code == 0
    assert sambung("why", "m2", "--database", url).exit_code == 1
    before = sambung("why", "m2", "--as-of", moments(url)[1], "--database", url)
    assert (before.exit_code, "No enrollment names m2." in before.stdout) == (1, True)


def test_campaigns_are_told_as_of_then(sambung: Command, store: Filled, url: str) -> None:
    filled(store)
    batches = moments(url)
    question = ("campaigns", "--by", "campaign", "--json", "--database", url)
    before, after = (json.loads(sambung(*question, "--as-of", batches[one]).stdout) for one in (2, 4))
    assert (before["as_of"]["batch"], after["as_of"]["batch"]) == (2, 4)
    assert (before["rows"], before["organic"]["workers"]["linear"]) == ([], 2 * WHOLE)
    (kresna,) = after["rows"]
    assert (kresna["name"], kresna["cost_idr"], kresna["workers"]["linear"]) == ("kresna", 5_000_000, WHOLE)
    assert after["organic"]["workers"] == {}
    assert (before["progress"]["workers"], after["progress"]["workers"]) == (2, 1)
    words = sambung("campaigns", "--database", url, "--as-of", batches[2]).stdout
    assert words.startswith("As the store was after batch 2, written on ")


def test_the_difference_is_told_member_by_member_and_adds_up(
    sambung: Command, store: Filled, url: str
) -> None:
    filled(store)
    batches = moments(url)
    question = ("explain", "--from", batches[2], "--to", batches[4], "--database", url)
    told = sambung(*question)
    assert told.exit_code == 0
    ((show,),) = run(url, "SELECT event_id FROM outreach_event")
    assert told.stdout.splitlines()[1:] == [
        "  organic: -2.0 workers, 0.0 companies",
        "  kresna: +1.0 workers, 0.0 companies, +1 event, Rp +5,000,000",
        "",
        "m1: evidence none -> attendance",
        "  - organic, none: 100 %",
        "  + kresna, attendance, 2 September 2017, 09:00 WIB: 100 %",
        "",
        "m2: gone; no enrollment names this member any more",
        "  - organic, none: 100 %",
        "",
        f"outreach-event {show} of kresna: new, active, Rp 5,000,000",
        "",
        "2 members and 1 event changed. They add up to the campaigns' difference to the millionth.",
    ]
    found = json.loads(sambung(*question, "--json").stdout)
    assert found["adds_up"] is True
    assert [one["member_id"] for one in found["members"]] == ["m1", "m2"]
    short = sambung(*question, "--most", 1).stdout
    assert "1 more member; --json has all" in short
    assert "1 more campaign; --json has all" in short


def test_a_moment_that_cannot_be_had_is_a_sentence(sambung: Command, store: Filled, url: str) -> None:
    filled(store)
    early = sambung("campaigns", "--as-of", "2017-09-01T00:00:00Z", "--database", url)
    assert early.exit_code == 2
    assert "The store knows its past from" in early.stderr
    for text in ("yesterday", "2017-09-01", "2017-09-01T00:00:00", "2017-02-30T00:00:00Z"):
        wrong = sambung("why", "m1", "--as-of", text, "--database", url)
        assert wrong.exit_code == 2
        assert "is no instant. Write date, time and offset" in unwrapped(wrong.stderr)
    later, sooner = moments(url)[4], moments(url)[1]
    turned = sambung("explain", "--from", later, "--to", sooner, "--database", url)
    assert (turned.exit_code, "--from is later than --to" in turned.stderr) == (2, True)
    model = sambung("explain", "--from", sooner, "--to", later, "--model", "best", "--database", url)
    assert (model.exit_code, "There is no model 'best'" in model.stderr) == (2, True)


def test_half_a_rebuild_is_no_moment(sambung: Command, store: Filled, url: str) -> None:
    filled(store)
    run(url, "UPDATE batch SET settle = true WHERE batch = 3")
    run(url, "UPDATE generation SET settled_at = NULL")
    refused = sambung("campaigns", "--as-of", moments(url)[3], "--database", url)
    assert refused.exit_code == 2
    assert "the end of a rebuild was being written" in refused.stderr
    assert sambung("campaigns", "--as-of", moments(url)[2], "--database", url).exit_code == 0


def test_instants_are_those_of_the_store(url: str, store: Filled) -> None:
    filled(store)
    assert moments(url) == sorted(moments(url))
    assert moments(url)[0] < f"{sql_text(2**52)}Z"
