"""`python -m bench`: measures the figures of docs/benchmarks.md."""

import argparse
import logging
from time import monotonic

from bench import (
    delay,
    demo,
    exports,
    figures,
    flat,
    gateway,
    live,
    office,
    one_stage,
    page,
    pipeline,
    plot,
    recovery,
    replay,
    sink,
    stages,
)

BENCHES = {
    "one-stage": one_stage.measure,
    "stages": stages.measure,
    "sink": sink.measure,
    "replay": replay.measure,
    "pipeline": pipeline.measure,
    "delay": delay.measure,
    "recovery": recovery.measure,
    "flat": flat.measure,
    "gateway": gateway.measure,
    "live": live.measure,
    "page": page.measure,
    "exports": exports.measure,
    "office": office.measure,
    "demo": demo.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure; print figures.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHES)}; all by default")
    parser.add_argument("--full", action="store_true", help="all of the input, medians of three runs")
    parser.add_argument(
        "--write", action="store_true", help=f"put the tables into docs/{figures.PAGE.name} too"
    )
    options = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it logs new topics that have no leader yet
    unknown = set(options.names) - set(BENCHES)
    if unknown:
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    _show(figures.machine(full=options.full), write=options.write)
    for name in options.names or BENCHES:
        print(f"\n{name} ...", flush=True)
        started = monotonic()
        _show(BENCHES[name](full=options.full), write=options.write)
        print(f"({monotonic() - started:.0f} s)", flush=True)


def _show(table: figures.Table, *, write: bool) -> None:
    print(table.markdown(), flush=True)
    if write:
        figures.write(table)
        plot.write(table)


if __name__ == "__main__":
    main()
