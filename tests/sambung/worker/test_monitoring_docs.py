"""The page on monitoring lists all metrics with their descriptions in the registry."""

import re
from pathlib import Path

from streams.metrics import Metrics

PAGE = Path(__file__).parents[3] / "docs" / "operating" / "monitoring.md"
_ROW = re.compile(r"^\| `(sambung_\w+)` \| (\w+) \| ([^|]*) \| ([^|]+) \|$", re.MULTILINE)


def registered() -> dict[str, tuple[str, str]]:
    families = [one for one in Metrics().registry.collect() if one.name.startswith("sambung_")]
    return {
        one.name + ("_total" if one.type == "counter" else ""): (one.type, one.documentation)
        for one in families
    }


def test_the_page_has_every_figure_in_the_registry_s_words() -> None:
    written = {name: (kind, words) for name, kind, _, words in _ROW.findall(PAGE.read_text(encoding="utf-8"))}
    assert written == registered()


def test_alerts_name_figures_that_are_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"\bsambung_[a-z_]+", text))
    assert named <= {*registered(), "sambung_publish_to_count_seconds_bucket"}
