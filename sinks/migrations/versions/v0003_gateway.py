"""The gateway's tables: keys of apps, and who looked at which member."""

from alembic import op

from sinks.migrations.columns import create, instant, or_null, text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    create(
        "api_key",
        text("name", "digest", "scopes"),
        or_null(text("places")),
        instant("created_at"),
        or_null(instant("revoked_at")),
        key=("name",),
    )
    op.create_index("api_key_digest", "api_key", ["digest"], unique=True)
    create("access", instant("at"), text("key_name", "member_id", "asked"))
