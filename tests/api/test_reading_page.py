"""The page for readers of the gateway: each example runs as printed, and answers as printed."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from tests.api.gateways import gateway_of_store, key
from tests.api.served import served
from tests.builders import enrollment, outreach
from tests.reports.filled import Filled
from tests.sinks.records import line, statement

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"
_EXAMPLE = re.compile(r"^```sh\n(.*?)^```\n(?:```(json|text)\n(.*?)^```)?", re.MULTILINE | re.DOTALL)
EXAMPLES = [found for found in _EXAMPLE.findall(PAGE.read_text(encoding="utf-8")) if "export" not in found[0]]
TIMED_OUT = 28
"""Exit code of curl."""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A gateway over a store with the member and the event of the page."""
    filled = Filled(f"sqlite:///{tmp_path_factory.mktemp('page')}/store.db")
    event = enrollment("BPU-17-004211", event_id="5b0f3b1e-8f5e-4f0e-9d3e-0a9d2c7b6e11")
    filled.accept(event, outreach("wayang", campaign_id="show"))
    filled.apply(statement("BPU-17-004211", lines=(line("show"),)), statement("m2"))
    of = gateway_of_store(filled.url)
    app = create_app(of)
    with served(app) as url:
        yield os.environ | {"GATEWAY": url, "KEY": key(of)}
        of.stop()
    app.state.reading.close()
    of.store.close()
    filled.close()


@pytest.mark.parametrize(("example", "kind", "printed"), EXAMPLES)
def test_an_example_answers_as_printed(
    example: str, kind: str, printed: str, environment: dict[str, str]
) -> None:
    done = subprocess.run(
        ["bash", "-c", example], env=environment, capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode in ({0, TIMED_OUT} if "/v1/live" in example else {0}), done.stdout + done.stderr
    if kind == "json":
        assert shape(json.loads(done.stdout)) == shape(json.loads(printed))
    elif kind == "text":
        assert [one for one in printed.splitlines() if one not in done.stdout.splitlines()] == []
    else:
        assert json.loads(done.stdout)["batch"] == 2


def shape(answer: Any) -> Any:
    """An answer but for what differs from run to run."""
    return answer | {"committed_at": None}
