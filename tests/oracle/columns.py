"""Columns of the determined tables, without `version`, `decided_at` and `batch` (spec section 4)."""

EVENT = ("type", "event_id", "revision", "body")
MEMBER = (
    "member_id",
    "kind",
    "company_id",
    "place",
    "occurred_at",
    "enrollment_event_id",
    "status",
    "evidence",
    "duplicates",
    "rules_version",
)
LINE = ("line", "touch_id", "campaign_id", "channel", "evidence", "approach", "touched_at")
CREDIT_CURRENT = ("member_id", "model", *LINE, "credit", "kind", "place", "occurred_at")
LIVE_COUNT = ("campaign_id", "district", "month", "kind", "model", "credit", "members")
CAMPAIGN = (
    "campaign_id",
    "channels",
    "events",
    "inspections",
    "headcount",
    "cost_idr",
    "first_at",
    "last_at",
)
GROUP_EVENT = (
    "event_id",
    "revision",
    "status",
    "occurred_at",
    "recorded_at",
    "source",
    "campaign_id",
    "place",
)
OUTREACH_EVENT = (*GROUP_EVENT, "channel", "headcount", "attendees", "companies", "cost_idr")
INSPECTION = (*GROUP_EVENT, "company_id", "team", "stage", "outcome", "cost_idr")
