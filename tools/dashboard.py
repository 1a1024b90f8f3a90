"""The dashboard of Grafana as it loads it from a file: the panels of `tools/panels.py`, placed and drawn."""

from typing import Any, Final, Literal

from tools.panels import NOW, OVER_TIME, Panel

SOURCE: Final = {"type": "prometheus", "uid": "prometheus"}
"""As docs/monitoring/grafana/provisioning/datasources/prometheus.yml names it."""
WIDTH: Final = 24
STAT_HEIGHT: Final = 4
SERIES_HEIGHT: Final = 8


def dashboard() -> dict[str, Any]:
    placed = [*_placed(NOW, 0, STAT_HEIGHT, len(NOW)), *_placed(OVER_TIME, STAT_HEIGHT, SERIES_HEIGHT, 2)]
    return {
        "uid": "sambung",
        "title": "Sambung",
        "tags": ["sambung"],
        "schemaVersion": 39,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "10s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "Asia/Jakarta",
        "templating": {"list": []},
        "annotations": {"list": []},
        "panels": [{"id": number, **panel} for number, panel in enumerate(placed, 1)],
    }


def _placed(panels: tuple[Panel, ...], top: int, height: int, columns: int) -> list[dict[str, Any]]:
    width = WIDTH // columns
    return [
        _panel(panel)
        | {
            "gridPos": {
                "x": number % columns * width,
                "y": top + number // columns * height,
                "w": width,
                "h": height,
            }
        }
        for number, panel in enumerate(panels)
    ]


def _panel(panel: Panel) -> dict[str, Any]:
    targets = [
        {"refId": chr(ord("A") + number), "datasource": SOURCE, "expr": expr, "legendFormat": name or "now"}
        for number, (name, expr) in enumerate(panel.queries.items())
    ]
    return {
        "type": "timeseries" if panel.bad is None else "stat",
        "title": panel.title,
        "description": panel.description,
        "datasource": SOURCE,
        "targets": targets,
        **(_lines(panel) if panel.bad is None else _single_value(panel, *panel.bad)),
    }


def _lines(panel: Panel) -> dict[str, Any]:
    custom = {"lineWidth": 1, "fillOpacity": 8, "showPoints": "never", "spanNulls": False}
    return {
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0, "custom": custom}, "overrides": []},
        "options": {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
    }


def _single_value(panel: Panel, limit: float, side: Literal["above", "below"]) -> dict[str, Any]:
    below, above = ("green", "red") if side == "above" else ("red", "green")
    steps = [{"color": below, "value": None}, {"color": above, "value": limit}]
    words = panel.words or ()
    mappings = [{"type": "value", "options": {str(at): {"text": word} for at, word in enumerate(words)}}]
    defaults = {
        "unit": panel.unit,
        "thresholds": {"mode": "absolute", "steps": steps},
        "mappings": mappings if words else [],
        "noValue": "no data",
    }
    return {
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": {
            "colorMode": "value",
            "graphMode": "none",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
    }
