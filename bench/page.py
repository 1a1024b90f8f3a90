"""The live page: 200 people at once, a herd, a new start of the gateway, and what one page costs.

A season lies in the store and a worker counts 20 more events per second. 200 people have the page open, each
with its stream, in both languages and some under other models; each opens the page anew every 20 seconds.
Then all of them ask for the page at one instant. Then the gateway ends and is started again: their streams
come back by themselves, as browsers let them. Last, one person alone.
"""

import gzip
import re
import subprocess
from collections.abc import Sequence
from http import HTTPStatus
from http.client import HTTPConnection
from statistics import median, quantiles
from time import monotonic, sleep
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import msgspec

from bench.contenders.people import Seen, Task
from bench.figures import Table, many
from bench.page_site import heard, posting, program, season_site, tell
from bench.processes import Watch
from bench.serving import Server

PEOPLE, PAUSE_S = 200, 20.0
FULL_S, QUICK_S = 60, 20
ALONE = 300
"""Pages that one person asks for, one after the other."""
COUNTING = b'class="counting"'
"""In a page, a part of which is not counted yet."""
COUNTED_S = 60.0
_ASSET = re.compile(rb'(?:href|src)="(/static/[^"]+)"')
SETTLED_S, LOOK_S = 1.0, 0.05
P99_MS, FIRST_S, FIRST_KB = "< 500 ms", "< 1 s", "< 150 kB"


def measure(*, full: bool) -> Table:
    seconds = FULL_S if full else QUICK_S
    with season_site() as site, Watch() as watch, program("bench.contenders.people") as people:
        with site.gateway() as server, posting(server):
            tell(people, Task(server.url, server.key, PEOPLE, PAUSE_S, seconds))
            if heard(people) != "ready":
                raise RuntimeError("Not everybody is signed in.")
            before, began = watch.of(server.word), monotonic()
            open_pages = _phase(people, "visits")
            cpu = (watch.of(server.word).cpu_s - before.cpu_s) / (monotonic() - began)
            herd = _phase(people, "herd")
        with site.gateway(server):
            ready_s = monotonic()
            back = _phase(people, "back")
            people.kill()
        with site.gateway(server) as again:
            first = _first_view(again)
            cost_ms = _cost_ms(again, watch)
    rows = [
        (
            f"{PEOPLE} pages open, {PEOPLE / PAUSE_S:.0f} opened per second: page, p50",
            f"{many(median(open_pages.pages_ms))} ms",
            "",
        ),
        ("p99", f"{many(_p99(open_pages.pages_ms))} ms", P99_MS),
        ("first message of its stream, p99", f"{many(_p99(open_pages.streams_ms))} ms", P99_MS),
        ("gateway's CPU", f"{100 * cpu:.0f} % of a core", ""),
        (f"{PEOPLE} pages asked for at one instant: p50", f"{many(median(herd.pages_ms))} ms", ""),
        ("the last", f"{many(max(herd.pages_ms))} ms", ""),
        (f"{PEOPLE} streams after a new start: first message, p99", f"{many(_p99(back.streams_ms))} ms", ""),
        ("the last of them is back after", f"{back.last_s - ready_s:.1f} s", ""),
        (
            "first view, with style and script: over the wire",
            f"{first.sent_kb:.0f} kB",
            FIRST_KB,
        ),
        ("there after", f"{1_000 * first.took_s:.0f} ms", FIRST_S),
        ("asked for as soon as the gateway answers: there after", f"{first.started_s:.2f} s", FIRST_S),
        ("all numbers are on it after", f"{first.counted_s:.1f} s", ""),
        ("one page more: gateway's CPU", f"{cost_ms:.2g} ms", ""),
    ]
    return Table("page", ("", "", "target"), rows, [site.words])


def _phase(people: "subprocess.Popen[str]", name: str) -> Seen:
    tell(people, name)
    return msgspec.json.decode(heard(people), type=Seen)


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[98]


class _View(NamedTuple):
    """Of a browser that has nothing yet, at a gateway that has counted; then at one that has just started."""

    took_s: float
    """From asking to the last byte."""
    sent_kb: float
    started_s: float
    counted_s: float
    """From when the gateway was ready until all numbers were on the page."""


def _first_view(server: Server) -> _View:
    began = monotonic()
    body = _Browser(server).page()
    started_s = monotonic() - began
    browser = _Browser(server)
    while COUNTING in gzip.decompress(body):
        if monotonic() - began > COUNTED_S:
            raise RuntimeError(f"Not all numbers were on the page after {COUNTED_S:.0f} s.")
        sleep(LOOK_S)
        body = browser.page()
    counted_s, browser = monotonic() - began, _Browser(server)
    began = monotonic()
    page = browser.page()
    sent = sum(len(one) for one in (page, *map(browser.got, _assets(gzip.decompress(page)))))
    return _View(monotonic() - began, sent / 1_000, started_s, counted_s)


def _assets(page: bytes) -> list[str]:
    """Style, script and icon."""
    return [one.decode() for one in _ASSET.findall(page)]


def _cost_ms(server: Server, watch: Watch) -> float:
    """Of one page among many that one person asks for, in CPU time of the gateway."""
    browser = _Browser(server)
    sleep(SETTLED_S)
    before = watch.of(server.word).cpu_s
    for _ in range(ALONE):
        browser.page()
    sleep(SETTLED_S)
    return 1_000 * (watch.of(server.word).cpu_s - before) / ALONE


class _Browser:
    """One that is signed in, with one connection."""

    def __init__(self, server: Server) -> None:
        self._connection = HTTPConnection(urlsplit(server.url).netloc)
        form = {"Origin": server.url, "Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", "/sign-in", urlencode({"key": server.key}), form)
        answer = self._connection.getresponse()
        answer.read()
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        self._headers = {"Cookie": cookie, "Accept": "text/html", "Accept-Encoding": "gzip"}

    def page(self) -> bytes:
        return self.got("/")

    def got(self, path: str) -> bytes:
        """As it comes over the wire, in gzip. Raises RuntimeError for anything but 200."""
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"{path} was answered by {answer.status}.")
        return answer.read()
