"""Queries of Prometheus, parsed: which metrics they name, by which labels."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import promql_parser as promql
from prometheus_client import CollectorRegistry

OF_A_TARGET = {"job", "instance"}
"""Labels that Prometheus gives each series."""
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


@dataclass(frozen=True, slots=True)
class Selector:
    name: str
    matched: dict[str, str] = field(default_factory=dict)
    """By label, the value or the expression of values."""


def expression(text: str) -> promql.Expr:
    """Raises ValueError. Grafana puts a time in for its variable."""
    return promql.parse(text.replace("$__rate_interval", "1m"))


def selectors(node: promql.Expr) -> Iterator[Selector]:
    if isinstance(node, promql.VectorSelector):
        yield Selector(node.name or "", {one.name: one.value for one in node.matchers.matchers})
    for part in _parts(node):
        yield from selectors(part)


def groupings(node: promql.Expr) -> Iterator[tuple[set[str], list[Selector]]]:
    """Labels of each `by`, `on` and `without`, with what they are taken from."""
    if isinstance(node, promql.AggregateExpr) and node.modifier is not None:
        yield set(node.modifier.labels), list(selectors(node.expr))
    if isinstance(node, promql.BinaryExpr) and node.modifier is not None and node.modifier.matching:
        yield set(node.modifier.matching.labels), list(selectors(node))
    for part in _parts(node):
        yield from groupings(part)


def labels_left(node: promql.Expr, of: Callable[[str], set[str]]) -> set[str]:
    """Labels that a result may have, as a legend shows them."""
    if isinstance(node, promql.VectorSelector):
        return of(node.name or "")
    if isinstance(node, promql.AggregateExpr):
        return set() if node.modifier is None else set(node.modifier.labels)
    found = set().union(*(labels_left(part, of) for part in _parts(node)))
    is_quantile = isinstance(node, promql.Call) and node.func.name == "histogram_quantile"
    return found - {"le"} if is_quantile else found


def _parts(node: promql.Expr) -> Iterator[promql.Expr]:
    for name in ("lhs", "rhs", "expr", "vector_selector"):
        if (part := getattr(node, name, None)) is not None:
            yield part
    yield from getattr(node, "args", ())


def series_of(registry: CollectorRegistry) -> dict[str, set[str]]:
    """Labels by the name of each series that a process can tell, also of those that have no value yet."""
    found = {}
    for collector in list(registry._collector_to_names):
        for family in collector.collect():
            names = getattr(collector, "_labelnames", None) or getattr(family, "_labelnames", ())
            for suffix in SUFFIXES[family.type]:
                found[family.name + suffix] = {*names, *(("le",) if suffix == "_bucket" else ())}
    return found
