"""The page on monitoring lists all metrics with their descriptions in the registry."""

import re
from pathlib import Path

from api.metrics import Metrics as GatewayMetrics
from streams.metrics import Metrics

PAGE = Path(__file__).parents[3] / "docs" / "operating" / "monitoring.md"
_ROW = re.compile(r"^\| `(sambung_\w+)` \| (\w+) \| ([^|]*) \| ([^|]+) \|$", re.MULTILINE)


def registered() -> dict[str, tuple[str, str]]:
    return {
        one.name + ("_total" if one.type == "counter" else ""): (one.type, one.documentation)
        for metrics in (Metrics(), GatewayMetrics())
        for one in metrics.registry.collect()
        if one.name.startswith("sambung_")
    }


def test_the_page_has_every_figure_in_the_registry_s_words() -> None:
    written = {name: (kind, words) for name, kind, _, words in _ROW.findall(PAGE.read_text(encoding="utf-8"))}
    assert written == registered()
