"""The page for field apps: its examples are run as printed, and its columns are those of the code."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from models.events import EventType
from sambung.lists.columns import fields, required
from sambung.lists.events import NAMESPACE
from tests.sambung.client.flaky_gateway import TOKEN, Gateway

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "field-apps.md").read_text(encoding="utf-8")
KINDS: tuple[EventType, ...] = ("enrollment", "outreach-event", "inspection")
_COLUMN = re.compile(r"^\| ([\w ]+) \| .* \| `(\w+)` \| ([\w, -]*)\|$", re.MULTILINE)


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def run(*command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    (folder / "app.key").write_text(TOKEN)
    return subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_app_sends_its_event(gateway: Gateway, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(block("python").replace("https://gateway.example", gateway.url))
    done = run("app.py", folder=tmp_path)
    assert done.stdout == "1 accepted, 0 refused, 0 left \nmay be reset\n", done.stderr
    assert len(gateway.events) == 1


def test_the_list_becomes_events_without_names(gateway: Gateway, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(block("csv"))
    (command,) = re.findall(r"^sambung (publish list\.csv .*)$", PAGE, re.MULTILINE)
    arguments = command.replace("https://gateway.example", gateway.url).split()
    done = run("-m", "sambung", *arguments, "--outbox", "outbox.db", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "not sent, as no field is called so: 8 (Nama)." in done.stdout
    events = [json.loads(body) for body in gateway.events.values()]
    assert [event["place"] for event in events] == ["34.04.07", "34.02.09", "34.04.07"]
    assert events[0]["occurred_at"] == "2017-12-31T01:30:00.000000Z"


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_is_on_the_page(kind: EventType) -> None:
    told = {(name, field) for name, field, _ in _COLUMN.findall(PAGE)}
    assert {(names[0], field) for field, names in fields(kind).items()} - told == set()


@pytest.mark.parametrize("kind", KINDS)
def test_what_every_row_needs_is_on_the_page(kind: EventType) -> None:
    needed = {field for _, field, kinds in _COLUMN.findall(PAGE) if kind in kinds.replace(" ", "").split(",")}
    assert needed == required(kind)


def test_whoever_makes_the_same_ids_finds_the_namespace() -> None:
    assert f"`{NAMESPACE}`" in PAGE
