"""Panels of the dashboard, and what they ask of Prometheus.

`docs/monitoring/grafana/sambung.json` is made of them; tests parse every query and look up its metrics.
"""

from dataclasses import dataclass
from typing import Final, Literal

EVENT_STAGES: Final = "enrollment|outreach|inspection"


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    description: str
    """What it shows, and when to worry."""
    unit: Literal["short", "s", "cps", "reqps", "bytes"]
    """Of Grafana: `cps` is a number each second, `reqps` requests each second."""
    queries: dict[str, str]
    """PromQL by the name of its lines; `{{label}}` in a name is that label's value."""
    bad: tuple[float, Literal["above", "below"]] | None = None
    """Where a single value turns red; None for lines over time."""
    words: tuple[str, str] | None = None
    """For 0 and 1, in place of the number."""


def _quantile(share: float, histogram: str, by: str = "le") -> str:
    return f"histogram_quantile({share}, sum by ({by}) (rate({histogram}_bucket[$__rate_interval])))"


NOW: Final = (
    Panel(
        "Alerts",
        "How many alerts of Prometheus fire: 0 is well. Their names and what to do: "
        "http://127.0.0.1:9090/alerts.",
        "short",
        {"": 'count(ALERTS{alertstate="firing"}) or vector(0)'},
        bad=(1, "above"),
    ),
    Panel(
        "Workers that are not ready",
        "Workers that do not answer, or wait for Kafka or the store: 0 is well, or a minute after a start.",
        "short",
        {"": '(count(up{job="worker"} == 0) or vector(0)) + (count(sambung_ready == 0) or vector(0))'},
        bad=(1, "above"),
    ),
    Panel(
        "Store",
        "Whether the store takes in what the workers write. While it is away nothing is lost, and "
        "counts stand still.",
        "short",
        {"": "min(sambung_store_reachable)"},
        bad=(1, "below"),
        words=("away", "reachable"),
    ),
    Panel(
        "Gateway",
        "Whether apps can send. While it is not ready they keep their events and send them again.",
        "short",
        {"": 'min(up{job="gateway"}) * min(sambung_gateway_ready)'},
        bad=(1, "below"),
        words=("not ready", "ready"),
    ),
    Panel(
        "Records that wait",
        "Read from Kafka and not done yet, all topics together: below a thousand after a quiet minute.",
        "short",
        {"": "sum(sambung_lag_records)"},
        bad=(10_000, "above"),
    ),
    Panel(
        "Newest event",
        "How long ago the newest event reached Kafka. Nights and holidays are long; a working day is not.",
        "s",
        {"": "min(sambung_newest_event_age_seconds)"},
        bad=(86_400, "above"),
    ),
)

OVER_TIME: Final = (
    Panel(
        "Events in and stored, each second",
        "Events that the stages took in, by stage, and those that the store keeps of them. Stored "
        "follows in; a resend is taken in and not stored again.",
        "cps",
        {
            "{{stage}}": "sum by (stage) "
            f'(rate(sambung_events_total{{stage=~"{EVENT_STAGES}"}}[$__rate_interval]))',
            "stored": 'sum(rate(sambung_store_records_total{kind="events"}[$__rate_interval]))',
        },
    ),
    Panel(
        "Records that wait, by topic",
        "Worry when a line climbs for ten minutes: start another worker, up to SAMBUNG_PARTITIONS of them.",
        "short",
        {"{{topic}}": "sum by (topic) (sambung_lag_records)"},
    ),
    Panel(
        "From event to count",
        "From an event's timestamp on Kafka to the live count that it changed. Worry above 10 "
        "seconds; a wrong clock of a publisher shows here too.",
        "s",
        {
            "half of them": _quantile(0.5, "sambung_publish_to_count_seconds"),
            "95 of 100": _quantile(0.95, "sambung_publish_to_count_seconds"),
        },
    ),
    Panel(
        "Time of the store for a batch",
        "Worry when it climbs for hours: the disk of the store is slow, or somebody else's query locks it.",
        "s",
        {
            "half of them": _quantile(0.5, "sambung_store_batch_seconds"),
            "95 of 100": _quantile(0.95, "sambung_store_batch_seconds"),
        },
    ),
    Panel(
        "Refused by the stream, in an hour",
        "By reason. Each is kept: `sambung rejected list` names them. Worry about raw_national_id at "
        "once: an app sends what it must not.",
        "short",
        {"{{reason}}": "round(sum by (reason) (increase(sambung_refused_total[1h]))) > 0"},
    ),
    Panel(
        "Refused by the gateway, in an hour",
        "By reason, as the app was told. An app that was changed and one that is new show here first.",
        "short",
        {"{{reason}}": "round(sum by (reason) (increase(sambung_gateway_refused_total[1h]))) > 0"},
    ),
    Panel(
        "Requests to the gateway",
        "By status: 2xx was taken in, 4xx is the app's fault or its key's. Worry about 503: Kafka or "
        "the store is away.",
        "reqps",
        {"{{status}}": "sum by (status) (rate(sambung_gateway_requests_total[$__rate_interval]))"},
    ),
    Panel(
        "Time of the gateway for a request",
        "Of 100 requests the slowest but one, by route, and what Kafka needs of it to keep the events.",
        "s",
        {
            "{{route}}": _quantile(0.99, "sambung_gateway_request_seconds", "le, route"),
            "Kafka": _quantile(0.99, "sambung_gateway_publish_seconds"),
        },
    ),
    Panel(
        "Not durable, in an hour",
        "Requests whose events Kafka did not acknowledge: their apps send them again. Worry about any.",
        "short",
        {"requests": "round(sum(increase(sambung_gateway_not_durable_total[1h])))"},
    ),
    Panel(
        "Memory",
        "Resident memory of each process. Worry when a line climbs for days.",
        "bytes",
        {
            "{{instance}}": 'process_resident_memory_bytes{job=~"worker|gateway"}',
            "{{instance}}, sink": "sambung_sink_process_resident_memory_bytes",
        },
    ),
)
