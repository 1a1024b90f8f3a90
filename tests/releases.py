"""A later release, with one more revision of the store's schema."""

from pathlib import Path

import pytest

from sinks import store
from sinks.migrations import revisions

REVISION = "test"
NOTE = """
    op.add_column("member", sa.Column("note", sa.String()))
    op.execute("UPDATE member SET note = 'of ' || member_id")
"""
HALF_WAY = NOTE + '    raise RuntimeError("half-way")\n'


def release(folder: Path, monkeypatch: pytest.MonkeyPatch, upgrade: str = NOTE) -> None:
    """Turn this process into that release; `upgrade` is the body of its revision."""
    head = f'"""Of a test."""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = "{REVISION}"\n'
    module = f'{head}down_revision = "{store.REVISION}"\n\n\ndef upgrade() -> None:{upgrade}'
    (folder / "of_a_test.py").write_text(module)
    monkeypatch.setattr(revisions, "FOLDERS", [*revisions.FOLDERS, folder])
    monkeypatch.setattr(store, "REVISION", REVISION)
