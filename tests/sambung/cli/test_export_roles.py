"""A role of PostgreSQL exports what its kind may read, and is told what it may not."""

from pathlib import Path

import pytest

from models.tables.audiences import RoleKind
from reports.crosstables import CROSS_TABLES
from reports.exports import Audience, exportable
from sambung.exporting.export import Asked, export
from sinks.store import migrate
from tests.sambung.cli.conftest import Command, unwrapped
from tests.sambung.exporting.stores import awkward
from tests.services.postgres import Postgres
from tests.services.roles import connecting, new_role


@pytest.fixture(scope="module")
def urls(postgres: Postgres) -> dict[str, str]:
    """Of one store, by kind of role."""
    url = postgres.new_database()
    with awkward(url):
        pass
    roles = {RoleKind.READER: new_role(), RoleKind.ANALYST: new_role()}
    migrate(url, roles)
    return {kind: connecting(url, role) for kind, role in roles.items()}


@pytest.mark.parametrize("audience", Audience)
def test_a_role_exports_all_that_is_for_its_kind(
    urls: dict[str, str], tmp_path: Path, audience: Audience
) -> None:
    url = urls[audience]
    for since in (None, -1):
        names = exportable(audience) if since is None else ("member", "rejected", "credit_line")
        found = export(url, Asked(names, tmp_path / f"{since}", audience=audience, since=since))
        assert {one.table for one in found.files} >= set(names)
    assert export(url, Asked(tuple(CROSS_TABLES), tmp_path / "public", min_cell=10)).files[0].rows > 0
    content = b"".join(file.read_bytes() for file in (tmp_path / "None").iterdir())
    assert (b'""attendees""' in content) is (audience is Audience.ANALYST)


def test_a_reader_that_asks_for_content_is_told(urls: dict[str, str], sambung: Command) -> None:
    asked = ("export", "event", "--for", "analyst", "--out", "out", "--database", urls["reader"])
    result = sambung(*asked)
    assert result.exit_code == 3
    assert "which a reader does not see. Connect as an analyst" in unwrapped(result.stderr)
    assert not Path("out").exists()
