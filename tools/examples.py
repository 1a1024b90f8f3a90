"""An example event of each type, for the schemas."""

from typing import Any, Final

_HASH: Final = "0f3a5c7e9b1d2f4a6c8e0b1d3f5a7c9e1b2d4f6a8c0e1b3d5f7a9c1e2b4d6f8a"

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "enrollment": {
        "type": "enrollment",
        "event_id": "5b0f3b1e-8f5e-4f0e-9d3e-0a9d2c7b6e11",
        "occurred_at": "2017-09-01T09:00:00+07:00",
        "recorded_at": "2017-09-01T09:12:30+07:00",
        "source": "perisai-app",
        "member_id": "BPU-17-004211",
        "kind": "worker",
        "person": _HASH,
        "place": "34.04.07",
        "declared": "perisai-sleman-2017",
        "programs": ["JKK", "JKM"],
    },
    "outreach-event": {
        "type": "outreach-event",
        "event_id": "c2a7d9f0-1f43-4b0b-8a52-6a4f0d3e9b27",
        "occurred_at": "2017-08-20T06:00:00+07:00",
        "recorded_at": "2017-08-21T10:00:00+07:00",
        "source": "branch-office",
        "campaign_id": "healthy-walk-sleman",
        "channel": "healthy_walk",
        "place": "34.04",
        "headcount": 850,
        "attendees": [_HASH],
        "companies": ["NPP-000123"],
        "cost_idr": 18_500_000,
    },
    "inspection": {
        "type": "inspection",
        "event_id": "e81f6d53-77c4-4a86-b2d9-3c5f1a0e8d42",
        "occurred_at": "2017-07-11T10:30:00+07:00",
        "recorded_at": "2017-07-11T16:00:00+07:00",
        "source": "early-detection-team",
        "campaign_id": "early-detection-2017",
        "company_id": "NPP-000123",
        "team": "Sleman 2",
        "place": "34.04.07",
        "stage": "visit",
        "outcome": "promised",
    },
}
