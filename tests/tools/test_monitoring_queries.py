"""What the dashboard, the alerts and the page on monitoring ask Prometheus, there is."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.metrics import Metrics as GatewayMetrics
from streams.metrics import Metrics as WorkerMetrics
from tests.tools.queries import OF_A_TARGET, expression, groupings, labels_left, selectors, series_of
from tools.dashboard import dashboard
from tools.panels import NOW, OVER_TIME, Panel

DOCS = Path(__file__).parents[2] / "docs"
FOLDER = DOCS / "monitoring"
PAGE = DOCS / "operating" / "monitoring.md"
PANELS = (*NOW, *OVER_TIME)

_LEGEND = re.compile(r"{{ *(\w+) *}}")
_IN_WORDS = re.compile(r"\$labels\.(\w+)")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def targets() -> dict[str, list[str]]:
    """Addresses that Prometheus scrapes, by job."""
    jobs = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]
    return {job["job_name"]: job["static_configs"][0]["targets"] for job in jobs}


def queries() -> Iterator[Any]:
    for panel in PANELS:
        for number, query in enumerate(panel.queries.values()):
            yield pytest.param(query, id=f"panel {panel.title}:{number}")
    for rule in rules():
        yield pytest.param(rule["expr"], id=f"alert {rule['alert']}")
    alerts = PAGE.read_text(encoding="utf-8").partition("## Useful alerts")[2].partition("\n## ")[0]
    for line in re.findall(r"^\| .* \| (.*) \|$", alerts, re.MULTILINE):
        for query in re.findall(r"`([^`]*\(?sambung_[^`]*|changes[^`]*)`", line):
            yield pytest.param(query, id=f"page {query}")


@pytest.fixture(scope="module")
def series() -> dict[str, set[str]]:
    """Labels of each series by its name."""
    made_by_prometheus = {"up": set[str](), "ALERTS": {"alertname", "alertstate"}}
    worker = WorkerMetrics()
    worker.store.pid = os.getpid  # a process of which there are figures
    processes = [series_of(metrics.registry) for metrics in (worker, GatewayMetrics())]
    return {
        name: labels | OF_A_TARGET for one in (made_by_prometheus, *processes) for name, labels in one.items()
    }


@pytest.mark.parametrize("query", list(queries()))
def test_a_query_asks_for_what_there_is(query: str, series: dict[str, set[str]]) -> None:
    asked = list(selectors(expression(query)))
    assert asked
    for one in asked:
        assert one.name in series
        assert one.matched.keys() <= series[one.name]
        jobs = one.matched.get("job", "worker")
        assert set(jobs.split("|")) <= targets().keys()
    for labels, grouped in groupings(expression(query)):
        assert all(labels <= series[one.name] for one in grouped)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.title)
def test_a_legend_names_labels_that_are_left(panel: Panel, series: dict[str, set[str]]) -> None:
    assert all(panel.description.endswith(".") for panel in PANELS)
    for name, query in panel.queries.items():
        assert set(_LEGEND.findall(name)) <= labels_left(expression(query), series.__getitem__)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_names_labels_that_are_left_and_says_what_to_do(
    rule: dict[str, Any], series: dict[str, set[str]]
) -> None:
    named = set(_IN_WORDS.findall(json.dumps(rule["annotations"])))
    assert named <= labels_left(expression(rule["expr"]), series.__getitem__)
    assert rule["annotations"].keys() == {"summary", "action"}


@pytest.mark.parametrize(
    "query",
    [
        "sum by (topics) (sambung_lag_records)",
        'sambung_lag_records{stage="tally"}',
        "sambung_lag",
        "rate(sambung_checkpoint_seconds[1m])",
        'up{job="broker"}',
    ],
)
def test_a_query_for_what_there_is_not_is_found(query: str, series: dict[str, set[str]]) -> None:
    with pytest.raises(AssertionError):
        test_a_query_asks_for_what_there_is(query, series)


def test_what_is_no_query_is_found() -> None:
    with pytest.raises(ValueError, match="unclosed"):
        expression("sum(rate(up[1m])")


def test_the_panels_lie_beside_each_other_and_have_numbers_of_their_own() -> None:
    panels = dashboard()["panels"]
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) == 23
    assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(PANELS)


def test_the_dashboard_s_source_is_the_provisioned_one() -> None:
    provisioned = FOLDER / "grafana" / "provisioning" / "datasources" / "prometheus.yml"
    [source] = yaml.safe_load(provisioned.read_text(encoding="utf-8"))["datasources"]
    named = {json.dumps(panel["datasource"], sort_keys=True) for panel in dashboard()["panels"]}
    assert named == {json.dumps({"type": source["type"], "uid": source["uid"]}, sort_keys=True)}


def test_prometheus_itself_takes_its_configuration_and_the_alerts() -> None:
    if (promtool := shutil.which("promtool")) is None:
        if os.environ.get("CI"):
            pytest.fail("promtool is not installed (Debian: prometheus)")
        pytest.skip("promtool is not installed (Debian: prometheus)")
    command = [promtool, "check", "config", str(FOLDER / "prometheus.yml")]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"SUCCESS: {len(rules())} rules found" in checked.stdout
