"""Tables of reporting jobs: targets by year, and scenarios under other rules."""

from sinks.migrations.columns import big, create, instant, integer, or_null, text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    create(
        "target",
        integer("year"),
        text("place", "kind", "channel", "agent"),
        integer("number"),
        or_null(text("months")),
        instant("loaded_at"),
        key=("year", "place", "kind", "channel", "agent"),
    )
    create(
        "scenario",
        text("name", "rules_version", "rules"),
        big("batch"),
        instant("made_at"),
        integer("events", "refused"),
        key=("name",),
    )
    create(
        "scenario_member",
        text("scenario", "member_id", "kind"),
        or_null(text("company_id")),
        text("place"),
        instant("occurred_at"),
        text("enrollment_event_id", "status", "evidence"),
        integer("duplicates"),
        key=("scenario", "member_id"),
    )
    create(
        "scenario_credit_line",
        text("scenario", "member_id"),
        integer("line"),
        or_null(text("touch_id")),
        text("campaign_id", "channel", "evidence", "approach"),
        or_null(instant("touched_at")),
        or_null(integer("first", "last", "linear", "position", "time_decay")),
        key=("scenario", "member_id", "line"),
    )
