"""The page for people who write apps: each example is run as printed, and answers what stands below it."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.api.serving.served import Served, served
from tests.services.kafka import ROOT
from tests.services.missing import need

PAGE = ROOT / "docs" / "sending.md"
EXAMPLES = re.findall(
    r"^```sh\n(.*?)^```\n```json\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
)
PERSON_KEY = "an agency's key, of 32 bytes or more"


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    need(shutil.which("curl"), "curl is not installed")
    settings = {"SAMBUNG_PERSON_KEY": PERSON_KEY}
    with served(tmp_path_factory.mktemp("gateway"), settings=settings) as gateway:
        (gateway.folder / "key.txt").write_text(gateway.token)
        yield gateway


@pytest.mark.parametrize(("code", "wanted"), EXAMPLES, ids=lambda text: text.split("\n")[0][:40])
def test_an_example_answers_what_the_page_says(of: Served, code: str, wanted: str) -> None:
    assert run(of, code) == wanted.rstrip("\n")


def test_the_page_has_as_many_examples_as_blocks_of_code() -> None:
    assert len(EXAMPLES) == PAGE.read_text("utf-8").count("```sh\n") == 4


def run(of: Served, code: str) -> str:
    environment = os.environ | {"GATEWAY": of.url}
    done = subprocess.run(
        ["sh", "-c", code], cwd=of.folder, env=environment, capture_output=True, text=True, check=True
    )
    return re.sub(r"}(\d{3})", r"}\n\1", done.stdout).rstrip("\n")
