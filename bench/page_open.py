"""The live page, left open for hours: does the browser's tab grow, or the gateway?

`python -m bench.page_open MINUTES [--write]`. A season lies in the store. Then 20 events per second of
further seasons are posted one by one, while two browsers have the page open, one in each language. Every
minute, after the garbage was collected, their size and the gateway's are noted. Growth is the slope of the
least squares from the tenth minute on, once caches are full.
"""

import argparse
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

import msgspec

from bench.figures import Table, machine, many, write
from bench.page_site import posting, season_site
from bench.serving import Server
from tests.end_to_end.runs import descendants
from tests.services.chromium import Chromium, chromium

EVERY_S = 60.0
WARM_MIN = 10
VIEWS = ("/?lang=id", "/?lang=en&model=last")
HEADLINE = "[data-live=worker]"
VALUE = f"return document.querySelector('{HEADLINE} data').value"
MIB = 1024 * 1024
TAB = {"JSHeapUsedSize": "heap MB", "Nodes": "DOM nodes", "JSEventListeners": "listeners"}
"""Metrics of Chromium's, after the garbage was collected."""

Note = Mapping[str, float]


class Looks(NamedTuple):
    """What was noted, by minute."""

    minutes: Sequence[float]
    notes: Sequence[Note]

    def rows(self) -> list[tuple[str, ...]]:
        after = [number for number, minute in enumerate(self.minutes) if minute >= WARM_MIN]
        x = [self.minutes[number] / 60 for number in after]
        found = []
        for name in self.notes[0]:
            y = [self.notes[number][name] for number in after]
            found.append((name, many(y[0]), many(y[-1]), many(max(y)), f"{_slope(x, y):+.3g}"))
        return found


def _slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Of the least squares.

    >>> _slope([0, 1, 2], [5, 7, 9])
    2.0
    """
    of_x, of_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - of_x) * (b - of_y) for a, b in zip(x, y, strict=True)) / sum((a - of_x) ** 2 for a in x)


def measure(minutes: int) -> Table:
    with season_site() as site, site.gateway() as server, ExitStack() as stack:
        browsers = [stack.enter_context(_page(server, view)) for view in VIEWS]
        client = stack.enter_context(posting(server))
        looks = _watch(server, browsers, client, minutes)
    head = ("", f"minute {WARM_MIN}", "at the end", "most", "growth an hour")
    return Table("page-open", head, looks.rows(), [f"{minutes} minutes. {site.words}"])


def _watch(
    server: Server, browsers: Sequence[Chromium], client: "subprocess.Popen[str]", minutes: int
) -> Looks:
    """Raises RuntimeError where the client ends."""
    gateway = next(pid for pid in descendants(os.getpid()) if server.word in _command(pid))
    looks, began = Looks([], []), monotonic()
    for minute in range(minutes + 1):
        sleep(max(0.0, began + minute * EVERY_S - monotonic()))
        if client.poll() is not None:
            raise RuntimeError("The client has ended.")
        note = _tabs(browsers) | _process(gateway)
        looks.minutes.append((monotonic() - began) / 60)
        looks.notes.append(note)
        print(msgspec.json.encode({"minute": minute, **note}).decode(), flush=True)
    return looks


def _tabs(browsers: Sequence[Chromium]) -> dict[str, float]:
    found = {}
    for number, one in enumerate(browsers, 1):
        one.driver.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
        metrics = one.driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        values = {each["name"]: each["value"] for each in metrics}
        values["JSHeapUsedSize"] /= MIB
        found |= {f"tab {number}: {words}": values[name] for name, words in TAB.items()}
        found[f"tab {number}: workers on the page"] = int(one.run(VALUE))
        renderers = [pid for pid in descendants(one.pid) if _is_tab(_command(pid))]
        found[f"tab {number}: process MB"] = max(map(_resident_mb, renderers))
    return found


def _process(pid: int) -> dict[str, float]:
    open_files = []
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # it was closed meanwhile
            open_files.append(str(one.readlink()))
    return {
        "gateway: process MB": _resident_mb(pid),
        "gateway: open files": len(open_files),
        "gateway: sockets": sum(one.startswith("socket:") for one in open_files),
        "gateway: threads": len(list(Path(f"/proc/{pid}/task").iterdir())),
    }


def _is_tab(words: Sequence[str]) -> bool:
    """And not the browser's own surface."""
    return "--type=renderer" in words and "--top-chrome-webui" not in words


def _command(pid: int) -> list[str]:
    """Words; Chromium's own processes have blanks between them."""
    return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ").split()


def _resident_mb(pid: int) -> float:
    line = next(
        one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS:")
    )
    return int(line.split()[1]) / 1024


@contextmanager
def _page(server: Server, view: str) -> Iterator[Chromium]:
    with chromium(logs=False) as browser:
        browser.get(f"{server.url}/sign-in")
        browser.run("document.getElementById('key').value = arguments[0]", server.key)
        browser.run("document.querySelector('main form').requestSubmit()")
        browser.until(lambda: browser.text(HEADLINE), "signed in")
        browser.get(server.url + view)
        browser.driver.execute_cdp_cmd("Performance.enable", {})
        yield browser


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.page_open", description="Leave the page open.")
    parser.add_argument("minutes", type=int)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md too")
    options = parser.parse_args()
    print(machine(full=True).markdown(), flush=True)
    table = measure(options.minutes)
    print(table.markdown(), flush=True)
    if options.write:
        write(table)


if __name__ == "__main__":
    main()
