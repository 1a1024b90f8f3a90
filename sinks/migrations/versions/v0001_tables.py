"""The tables of the first release that could be migrated."""

from sinks.migrations.columns import big, create, instant, integer, or_null, text

revision = "0001"
down_revision = None


def upgrade() -> None:
    members()
    counts()
    events()
    refusals()
    bookkeeping()


def members() -> None:
    create(
        "member",
        text("member_id", "kind"),
        or_null(text("company_id")),
        text("place"),
        instant("occurred_at"),
        text("enrollment_event_id", "status", "evidence"),
        integer("duplicates"),
        text("rules_version"),
        big("version"),
        instant("decided_at"),
        key=("member_id",),
    )
    create(
        "credit_line",
        text("member_id"),
        big("version"),
        integer("line"),
        or_null(text("touch_id")),
        text("campaign_id", "channel", "evidence", "approach"),
        or_null(instant("touched_at")),
        or_null(integer("first", "last", "linear", "position", "time_decay")),
        key=("version", "member_id", "line"),
    )
    create(
        "statement",
        text("member_id"),
        big("version"),
        text("status"),
        instant("decided_at"),
        key=("member_id", "version"),
    )


def counts() -> None:
    create(
        "live_count",
        text("campaign_id", "district", "month", "kind", "model"),
        big("credit"),
        integer("members"),
        big("version"),
        key=("campaign_id", "district", "month", "kind", "model"),
    )


def events() -> None:
    create(
        "event",
        text("type", "event_id"),
        integer("revision"),
        text("body"),
        key=("type", "event_id"),
    )
    create(
        "outreach_event",
        text("event_id"),
        integer("revision"),
        text("status"),
        instant("occurred_at", "recorded_at"),
        text("source", "campaign_id", "channel", "place"),
        integer("headcount", "attendees", "companies"),
        big("cost_idr"),
        key=("event_id",),
    )
    create(
        "inspection",
        text("event_id"),
        integer("revision"),
        text("status"),
        instant("occurred_at", "recorded_at"),
        text("source", "campaign_id", "company_id", "team", "place", "stage", "outcome"),
        big("cost_idr"),
        key=("event_id",),
    )


def refusals() -> None:
    create(
        "rejected",
        text("reason", "errors"),
        or_null(text("topic")),
        or_null(integer("partition")),
        or_null(big("offset")),
        or_null(text("file")),
        or_null(integer("line")),
        or_null(text("key", "value")),
        text("headers"),
    )
    create(
        "rejected_seen",
        text("digest"),
        key=("digest",),
    )


def bookkeeping() -> None:
    create(
        "generation",
        integer("number"),
        text("cluster_id", "app_version"),
        integer("partitions"),
        text("rules_digest", "places_digest"),
        instant("started_at"),
        or_null(instant("settled_at")),
        key=("number",),
        rowid=True,
    )
    create(
        "sink_position",
        integer("generation"),
        text("topic"),
        integer("partition"),
        big("next_offset"),
        key=("generation", "topic", "partition"),
    )
    create(
        "sink_version",
        text("kind", "key"),
        big("version"),
        key=("kind", "key"),
    )
    create(
        "table_description",
        text("table_name", "column_name", "meaning"),
        key=("table_name", "column_name"),
    )
