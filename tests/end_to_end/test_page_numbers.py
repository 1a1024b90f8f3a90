"""Every number on the page is the command line's, and the oracle's, for the same store."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from models.places import Places
from models.statement import MODEL_NAMES
from tests.api.gateways import URL, gateway_of_store, told_by
from tests.api.page.told import Told, told
from tests.end_to_end.conftest import Sent
from tests.end_to_end.runs import sambung_here
from tests.stores import run

pytestmark = pytest.mark.broker
JAKARTA = ZoneInfo("Asia/Jakarta")
KINDS = {"worker": "workers", "company": "companies"}


@pytest.fixture(scope="module")
def app(store: Path) -> Iterator[FastAPI]:
    of = gateway_of_store(f"sqlite:///{store}")
    made = create_app(of)
    made.state.links = of.links
    yield made
    made.state.reading.close()
    made.state.desk.close()
    of.store.close()


def page(app: FastAPI, path: str, model: str = "linear") -> Told:
    """A page once its numbers are counted and audited."""

    async def ask(client: httpx.AsyncClient) -> str:
        link = {"link": app.state.links.make()}
        await client.post("/sign-in", data=link, headers={"Origin": URL})
        await app.state.desk.count(60)
        await app.state.desk.audit()
        answer = await client.get(
            path, params={"model": model, "lang": "id"}, headers={"Accept": "text/html"}
        )
        assert answer.status_code == 200
        return answer.text

    return told(told_by(app, ask))


def command(store: Path, *arguments: str) -> Any:
    done = sambung_here(*arguments, "--json", "--database", f"sqlite:///{store}")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def of_part(numbers: Told, part: str) -> Told:
    return {key[1:]: values for key, values in numbers.items() if key[:1] == (f"part={part}",)}


def effort(one: dict[str, Any], model: str) -> list[int]:
    """As a row tells it: what is not there is no number."""
    credit = [one[kind].get(model, 0) for kind in KINDS.values()]
    if not one["events"]:
        return credit
    cost = one["cost_a_worker_idr"][model]
    return [*credit, one["cost_idr"], *([] if cost is None else [cost])]


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_channels_and_campaigns_are_those_of_the_command(app: FastAPI, store: Path, model: str) -> None:
    live = page(app, "/", model)
    for part, by in (("channels", "channel"), ("campaigns", "campaign")):
        wanted = command(store, "campaigns", "--by", by)
        rows = {
            (f"effort={one['name']}",): effort(one, model) for one in (*wanted["rows"], wanted["organic"])
        }
        shown = of_part(live, part)
        assert shown.items() <= rows.items()
        assert len(shown) == min(len(rows), 11 if by == "campaign" else len(rows))
    every = page(app, "/campaigns", model)
    assert every == rows


def test_the_headline_and_the_pace_are_those_of_the_command(app: FastAPI, store: Path, sent: Sent) -> None:
    live, wanted = page(app, "/"), command(store, "targets")
    counts = Counter[str]()
    for row in sent.tables["live_count"]:
        if row["model"] == "linear" and row["month"].startswith(str(wanted["year"])):
            counts[row["kind"]] += row["credit"]
    for one in wanted["targets"]:
        kind, pace = one["target"]["kind"], one["pace"]
        about = (f"kind={kind}",)
        now, table = of_part(live, "now"), of_part(live, "pace")
        assert now[*about, f"live={kind}"] == [counts[kind]]
        assert now[about][:2] == [one["target"]["number"], pace["expected"]]
        forecast = pace["forecast"]
        left = [forecast["low"], forecast["high"]] if pace["days_gone"] < pace["days"] else []
        needed = pace["needed_per_working_day"]
        assert table["row=reached", *about] == [pace["reached"]]
        assert table["row=expected", *about] == [pace["expected"]]
        assert table.get(("row=needed", *about), []) == ([] if needed is None else [needed])
        assert table["row=forecast", *about] == [forecast["mean"], *left]


def test_places_and_months_are_those_of_the_oracle(app: FastAPI, sent: Sent) -> None:
    live = page(app, "/")
    by_place, by_month = defaultdict[str, Counter[str]](Counter), defaultdict[str, Counter[str]](Counter)
    for row in sent.tables["member"]:
        if row["status"] == "active":
            by_place[row["place"]][row["kind"]] += 1
    for row in sent.tables["live_count"]:
        if row["model"] == "linear":
            by_month[row["month"]][row["kind"]] += row["credit"]
    shown = of_part(live, "places")
    for place in Places.load().sub_districts():
        assert shown[f"place={place}",] == [by_place[place][kind] for kind in KINDS]
    regencies = Counter[str]()
    for place, members in by_place.items():
        regencies[place[:5]] += members["worker"]
    assert sorted(shown[()]) == sorted(regencies[code] for code in Places.load().names if len(code) == 5)
    for about, values in of_part(live, "months").items():
        month = about[0].removeprefix("month=")
        assert [1_000_000 * one for one in values] == [by_month[month][kind] for kind in KINDS]


def test_the_newest_days_are_those_of_the_oracle(app: FastAPI, sent: Sent) -> None:
    by_day = Counter[str]()
    for row in sent.tables["member"]:
        if row["status"] == "active" and row["kind"] == "worker":
            by_day[f"day={in_jakarta(row['occurred_at'] + '+00:00')}"] += 1
    shown = of_part(page(app, "/"), "growth")
    assert len(shown) == 14
    assert {about[0]: values[0] for about, values in shown.items()} == {
        one[0]: by_day[one[0]] for one in shown
    }


def bodies(sent: Sent) -> Iterator[dict[str, Any]]:
    """Of all accepted events, in their newest revision."""
    return (json.loads(row["body"]) for row in sent.tables["event"])


def in_jakarta(instant: str) -> date:
    return datetime.fromisoformat(instant).astimezone(JAKARTA).date()


def days_late(body: dict[str, Any]) -> int:
    return max(0, (in_jakarta(body["recorded_at"]) - in_jakarta(body["occurred_at"])).days)


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_persuasion_and_compulsion_are_those_of_the_oracle(app: FastAPI, sent: Sent, model: str) -> None:
    credit = Counter[tuple[str, ...]]()
    for row in sent.tables["credit_current"]:
        if row["model"] == model:
            credit[f"approach={row['approach']}", f"kind={row['kind']}"] += row["credit"]
    shown = {about: values[0] for about, values in of_part(page(app, "/", model), "approaches").items()}
    assert {about: value for about, value in shown.items() if value} == credit


def test_the_audit_is_that_of_the_command(app: FastAPI, store: Path) -> None:
    wanted = command(store, "audit")
    live = of_part(page(app, "/"), "audit")
    assert live["audit=clean",] == [wanted["active_members"], wanted["cells"]]


def test_sources_are_those_of_the_oracle(app: FastAPI, store: Path, sent: Sent) -> None:
    counted = defaultdict[str, Counter[str]](Counter)
    for body in bodies(sent):
        late = days_late(body) > 7
        counted[body["source"]].update(events=1, late=late, corrected=body["revision"] > 0)
    for value, reason in run(f"sqlite:///{store}", "SELECT value, reason FROM rejected"):
        counted["" if reason == "not_json" else source_in(value)]["refused"] += 1
    shown = {about[0].removeprefix("source="): values for about, values in page(app, "/sources").items()}
    assert shown == {
        source: [of[name] for name in ("events", "late", "corrected", "refused")]
        for source, of in counted.items()
    }


def source_in(value: str) -> str:
    """Empty where a refused record names none."""
    try:
        source = json.loads(value)["source"]
    except (ValueError, KeyError, TypeError):
        return ""
    return source if isinstance(source, str) and source.isprintable() and len(source) <= 64 else ""


@pytest.mark.parametrize("model", MODEL_NAMES)
@pytest.mark.parametrize("which", ["most", "organic"])
def test_one_campaign_is_that_of_the_command_and_of_the_oracle(
    app: FastAPI, store: Path, sent: Sent, which: str, model: str
) -> None:
    found = command(store, "campaigns", "--by", "campaign")
    most = max(found["rows"], key=lambda row: row["workers"].get("linear", 0))
    one = found["organic"] if which == "organic" else most
    by_month, by_regency = defaultdict[str, Counter[str]](Counter), defaultdict[str, Counter[str]](Counter)
    for row in sent.tables["live_count"]:
        if (row["campaign_id"], row["model"]) == (one["name"], model):
            by_month[row["month"]][row["kind"]] += row["credit"]
            by_regency[row["district"]][row["kind"]] += row["credit"]
    shown = page(app, f"/campaigns/{one['name']}", model)
    wanted = {
        **{(f"effort={one['name']}", f"model={each}"): of_model(one, each) for each in MODEL_NAMES},
        **{(f"month={month}",): [of[kind] for kind in KINDS] for month, of in by_month.items()},
        **{(f"regency={code}",): [of[kind] for kind in KINDS] for code, of in by_regency.items()},
    }
    cost = {} if which == "organic" else {(): [one["cost_idr"]]}
    assert shown == wanted | cost


def of_model(one: dict[str, Any], model: str) -> list[int]:
    """As the table of all models tells it: without the cost in all."""
    credit, cost = effort(one, model)[:2], one["cost_a_worker_idr"][model]
    return [*credit, *([] if cost is None or not one["events"] else [cost])]


def test_no_number_on_the_page_is_left_out_here(app: FastAPI) -> None:
    compared = {"now", "pace", "channels", "campaigns", "approaches", "months", "places", "audit", "growth"}
    assert {about[0].removeprefix("part=") for about in page(app, "/") if about} == compared
