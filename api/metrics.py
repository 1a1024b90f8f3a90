"""Metrics of a gateway for Prometheus, in their own registry. No label has more than a few values."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from models.intake.refusal import Reason

REQUEST_BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Metrics of one process."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.requests = Counter(
            "sambung_gateway_requests",
            "Requests answered, by route and status; `none` is a path that is no route.",
            ["route", "status"],
            registry=registry,
        )
        self.request_seconds = Histogram(
            "sambung_gateway_request_seconds",
            "From a request's headers to the end of its answer; streams are left out.",
            ["route"],
            registry=registry,
            buckets=REQUEST_BUCKETS_S,
        )
        self.accepted = Counter(
            "sambung_gateway_accepted", "Events accepted and durable.", ["type"], registry=registry
        )
        self.refused = Counter("sambung_gateway_refused", "Events refused.", ["reason"], registry=registry)
        for reason in (*Reason, "not_allowed"):
            self.refused.labels(reason)  # 0, as a counter that begins with 1 has not increased
        self.held_bytes = Gauge(
            "sambung_gateway_held_bytes",
            "Room that the requests in flight have reserved for their bodies.",
            registry=registry,
        )
        self.publish_seconds = Histogram(
            "sambung_gateway_publish_seconds",
            "How long it took to make the events of a request durable.",
            registry=registry,
            buckets=REQUEST_BUCKETS_S,
        )
        self.not_durable = Counter(
            "sambung_gateway_not_durable",
            "Requests whose events could not be made durable and that were answered with 503.",
            registry=registry,
        )
        self.live_readers = Gauge(
            "sambung_gateway_live_readers", "Open streams of `/v1/live`.", registry=registry
        )
        self.ready = Gauge("sambung_gateway_ready", "1 while it is ready, else 0.", registry=registry)
