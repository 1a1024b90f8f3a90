"""Answers about campaigns, places and the audit."""

from api.shapes.base import AsOf, Count, Credit, Kind, ModelName, Month, PageShape, Shape


class Effort(Shape):
    """Cost and credit of a campaign, or of no known effort (`organic`)."""

    name: str
    """The campaign's id."""
    channels: list[str]
    """Of its active events; `declared` if it was only named on forms."""
    events: Count
    """Active events and inspections."""
    cost_idr: Count
    """Whole rupiah."""
    workers: Credit
    companies: Credit
    cost_a_worker_idr: dict[ModelName, Count | None]
    """Whole rupiah, halves up; null if no worker is credited."""
    cost_a_company_idr: dict[ModelName, Count | None]
    """The same cost for each company."""


class Target(Shape):
    """Null where there is no such target."""

    workers: Count | None
    companies: Count | None


class Progress(Shape):
    """New members of a year where they work for whom there is a target, and how many are wanted."""

    workers: Count
    companies: Count
    target: Target
    year: int


class CampaignPage(PageShape):
    """Campaigns by name."""

    items: list[Effort]
    organic: Effort
    """What no campaign is known to have brought in; on every page."""
    progress: Progress


class CampaignCount(Shape):
    """Credit of the campaign in one regency, month, kind of member and credit model."""

    district: str
    """Regency code of the members' places."""
    month: Month
    kind: Kind
    model: ModelName
    credit: Count
    """Millionths."""
    members: Count
    """Members with any credit on the campaign under this model."""


class Campaign(AsOf):
    """One campaign."""

    campaign: Effort
    counts: list[CampaignCount]
    """As in the table `live_count`, which may follow the credit a moment later."""


class PlaceCount(Shape):
    """Active members of one sub-district, month and kind."""

    place: str
    """Sub-district where they work."""
    month: Month
    """Of the membership's first moment, in Asia/Jakarta."""
    kind: Kind
    members: Count


class PlacePage(PageShape):
    """Active members by sub-district, month and kind."""

    items: list[PlaceCount]


class ModelSum(Shape):
    model: ModelName
    credit: Count
    """Millionths over all lines."""
    expected: Count
    """1,000,000 for each active member."""


class Cell(Shape):
    campaign_id: str
    district: str
    month: str
    kind: str
    model: str


class Sums(Shape):
    credit: int
    members: int


class CountDifference(Shape):
    cell: Cell
    stored: Sums | None
    """Of `live_count`; null where it has no row."""
    counted: Sums | None
    """Of the members' lines; null where there are none."""


class Audit(AsOf):
    """The two sums that hold whenever nothing is under way; while events are taken the second may lag."""

    clean: bool
    active_members: Count
    sums: list[ModelSum]
    broken_members: Count
    """Members with wrong credit."""
    cells: Count
    """Rows of `live_count` that were compared."""
    different_cells: Count
    differences: list[CountDifference]
    """The first 100 of them."""
