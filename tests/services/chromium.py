"""A real Chromium without a screen, as Debian has it (`apt install chromium chromium-driver`)."""

import json
import shutil
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from tests.services.missing import need

ROOT: Final = Path(__file__).parents[2]
AXE: Final = ROOT / "var" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
OPTIONS: Final = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
HEIGHTS: Final = {320: 640, 768: 1024, 1920: 1080, 3840: 2160}
"""Of a phone, a tablet, a laptop and a wall, by width."""
LOOK_S: Final = 0.05
ACCESSIBLE: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Chromium:
    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    @property
    def pid(self) -> int:
        """Of the driver, whose processes the browser's are."""
        process = self.driver.service.process
        assert process is not None
        return int(process.pid)

    def show(self, width: int = 1920, scheme: str = "light") -> None:
        size = {"width": width, "height": HEIGHTS[width], "deviceScaleFactor": 1, "mobile": width == 320}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def get(self, url: str) -> None:
        self.driver.get(url)

    def run(self, script: str, *values: object) -> Any:
        return self.driver.execute_script(script, *values)

    def text(self, css: str) -> str:
        """Of what is seen; empty where there is none."""
        found = self.run(
            "const one = document.querySelector(arguments[0]);"
            "return one && one.checkVisibility() ? one.innerText : ''",
            css,
        )
        return " ".join(str(found).split())

    def until(self, holds: Callable[[], object], what: str, within_s: float = 10.0) -> float:
        """How long it took."""
        began = monotonic()
        while not holds():
            assert monotonic() - began < within_s, f"not {what} within {within_s} s"
            sleep(LOOK_S)
        return monotonic() - began

    def complaints(self) -> list[str]:
        """What the console has of errors since the last time, violations of the policy among them."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [one["message"] for one in entries if one["level"] in {"SEVERE", "WARNING"}]

    def hosts(self) -> set[str]:
        """Of all requests since the last time."""
        logged = self.driver.get_log("performance")  # type: ignore[no-untyped-call]
        messages = [json.loads(one["message"])["message"] for one in logged]
        urls = [
            one["params"]["request"]["url"]
            for one in messages
            if one["method"] == "Network.requestWillBeSent"
        ]
        return {urlsplit(url).netloc for url in urls if not url.startswith(("data:", "chrome:"))}

    def picture(self, path: Path, width: int = 640) -> None:
        """What is on the screen, small: WebP of at most this width."""
        seen, height = self.run("return [innerWidth, innerHeight]")
        part = {"x": 0, "y": 0, "width": seen, "height": height, "scale": min(1, width / seen)}
        top = self.run("return scrollY")
        options = {"format": "webp", "quality": 70, "clip": part | {"y": top}, "captureBeyondViewport": True}
        taken = self.driver.execute_cdp_cmd("Page.captureScreenshot", options)
        path.write_bytes(b64decode(taken["data"]))

    def barriers(self) -> list[str]:
        """What axe-core finds: rule, and where."""
        need(AXE.is_file(), "axe-core is not installed (`make axe`)")
        self.run(AXE.read_text(encoding="utf-8"))
        found = self.driver.execute_async_script(
            "const [tags, done] = arguments; axe.run({runOnly: tags}).then(found => done(found.violations))",
            ACCESSIBLE,
        )
        return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


@contextmanager
def chromium(*, logs: bool = True) -> Iterator[Chromium]:
    """`logs`: of console and network, which grow until they are read."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    need(browser and driver, "there is no Chromium (Debian: apt install chromium chromium-driver)")
    options = Options()
    options.binary_location = str(browser)
    for one in OPTIONS:
        options.add_argument(one)
    if logs:
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(str(driver)))
    try:
        yield Chromium(started)
    finally:
        started.quit()
