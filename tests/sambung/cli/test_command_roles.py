"""Which role of PostgreSQL each command needs: as docs/architecture/store.md says."""

import re
from pathlib import Path
from typing import Final

import pytest

import models
from models.tables.audiences import RoleKind
from sinks.store import migrate
from tests.builders import enrollment
from tests.reports.filled import Filled
from tests.sambung.cli.conftest import Command, unwrapped
from tests.services.postgres import Postgres
from tests.services.roles import connecting, new_role
from tests.sinks.records import statement

PAGE: Final = Path(__file__).parents[3] / "docs" / "architecture" / "store.md"
RULES: Final = Path(models.__file__).parent / "data" / "rules.toml"
LATER: Final = "2100-01-01T00:00:00Z"
READER: Final = (
    ("audit",),
    ("campaigns",),
    ("export", "member", "--out", "{kind}"),
    ("report", "--out", "{kind}.html"),
    ("targets",),
)
ANALYST: Final = (
    ("why", "m1"),
    ("explain", "--from", LATER, "--to", LATER),
    ("campaigns", "--as-of", LATER),
    ("report", "--as-of", LATER, "--out", "{kind}.html"),
    ("targets", "--as-of", LATER),
)
OWNER: Final = (
    ("backup", "copy"),
    ("doctor",),
    ("keys", "list"),
    ("keys", "create", "app", "--scope", "read:counts"),
    ("rejected", "list"),
    ("rejected", "replay"),
    ("restate", "--rules", str(RULES), "--scenario", "other"),
    ("targets", "load", "diy-2017"),
)
NEEDS: Final = {
    command: kinds
    for commands, kinds in (
        (READER, {"reader", "analyst", "owner"}),
        (ANALYST, {"analyst", "owner"}),
        (OWNER, {"owner"}),
    )
    for command in commands
}


@pytest.fixture(scope="module")
def urls(postgres: Postgres) -> dict[str, str]:
    """Of one store, by kind of role."""
    url = postgres.new_database()
    filled = Filled(url)
    filled.accept(enrollment("m1"))
    filled.apply(statement("m1"))
    filled.close()
    roles = {RoleKind.READER: new_role(), RoleKind.ANALYST: new_role()}
    migrate(url, roles)
    return {str(kind): connecting(url, role) for kind, role in roles.items()} | {"owner": url}


@pytest.mark.parametrize("command", NEEDS, ids=" ".join)
def test_a_command_works_for_these_roles(
    command: tuple[str, ...], urls: dict[str, str], sambung: Command
) -> None:
    done = {
        kind: sambung(*(word.format(kind=kind) for word in command), "--database", url)
        for kind, url in urls.items()
    }
    refused = {kind for kind, result in done.items() if result.exit_code != 0}
    assert refused == done.keys() - NEEDS[command]
    assert all(re.search("denied|read-only", done[kind].output) for kind in refused)


@pytest.mark.parametrize(("words", "commands"), [("work for a reader", READER), ("need the owner", OWNER)])
def test_the_page_names_them(words: str, commands: tuple[tuple[str, ...], ...]) -> None:
    [names] = re.findall(rf"\. ([^.]+) {words}", unwrapped(PAGE.read_text(encoding="utf-8")))
    assert {name.split()[0] for name in re.findall(r"`([^`]+)`", names)} == {one[0] for one in commands}
