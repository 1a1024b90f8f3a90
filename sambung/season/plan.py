"""The parameters of each season."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Plan:
    """The totals of a season, and the efforts made."""

    title: str
    companies: int
    """New companies at the end."""
    workers: int
    """New workers at the end, of every sort."""
    informal: int
    """New workers without an employer (BPU); part of `workers`."""
    late_hires: int
    """New workers of companies that were members before the season; part of `workers`."""
    hiring_members: int
    """Companies that were members before and report those."""
    old_members: int
    """Other companies that were members before and come to meetings."""
    hold_outs: int
    """Companies that are visited or invited and do not join."""
    perisai_agents: int
    perisai_rounds: int
    """Days on which one agent goes round."""
    gatherings: dict[str, int]
    """Outreach events by channel, without Perisai's."""
    first: date = date(2017, 1, 1)
    last: date = date(2017, 9, 30)

    @property
    def first_day(self) -> int:
        return self.first.toordinal()

    @property
    def last_day(self) -> int:
        return self.last.toordinal()


SEASONS: dict[str, Plan] = {
    "diy-2017": Plan(
        title="Yogyakarta, January to September 2017: 50,911 workers and 1,145 companies",
        companies=1_145,
        workers=50_911,
        informal=5_420,
        late_hires=1_290,
        hiring_members=170,
        old_members=1_400,
        hold_outs=780,
        perisai_agents=64,
        perisai_rounds=24,
        gatherings={
            "wayang": 124,
            "healthy_walk": 96,
            "sailing_race": 5,
            "mass_socialisation": 72,
            "institution_meeting": 118,
            "other": 16,
        },
    ),
    "mini": Plan(
        title="the same in small: 420 workers and 24 companies, every awkward case",
        companies=24,
        workers=420,
        informal=160,
        late_hires=18,
        hiring_members=4,
        old_members=30,
        hold_outs=16,
        perisai_agents=16,
        perisai_rounds=4,
        gatherings={
            "wayang": 14,
            "healthy_walk": 12,
            "sailing_race": 3,
            "mass_socialisation": 10,
            "institution_meeting": 10,
            "other": 4,
        },
    ),
}
