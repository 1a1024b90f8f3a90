"""Further attendees: chance visitors, strangers, companies; and the campaigns that members declare."""

from sambung.season.dice import Dice
from sambung.season.geography import REGENCIES
from sambung.season.motives import Reach
from sambung.season.world import Company, Gathering, Member

PASSERS_BY_PER_MILLE = 32
"""New workers who also took part in a walk that did not move them."""
AGENT_NAMED_PER_MILLE = 920
"""Perisai's recruits whose form names the agent's campaign."""
CAUSE_NAMED_PER_MILLE = {"worker": 35, "company": 90}
"""Other members who name their true cause."""
WRONG_NAMED_PER_MILLE = 5
"""Members who name another campaign, often a well-known show."""
SHOWS = ("wayang", "healthy_walk", "sailing_race")


def add_visitors(
    members: list[Member], companies: list[Company], gatherings: list[Gathering], seed: int
) -> None:
    """Fill the lists of all gatherings up to the numbers that their organisers registered."""
    _add_walkers(members, Reach(gatherings), Dice(seed, "passers-by"))
    _add_companies(companies, gatherings, Dice(seed, "guests"))
    dice = Dice(seed, "strangers")
    for gathering in gatherings:
        strangers = max(0, gathering.named - len(gathering.attendees))
        people = gathering.attendees + [dice.person() for _ in range(strangers)]
        gathering.attendees = dice.shuffled(people)
        gathering.companies = dice.shuffled(gathering.companies)
        gathering.headcount = max(gathering.headcount, len(people))


def _add_walkers(members: list[Member], reach: Reach, dice: Dice) -> None:
    for member in members:
        if member.person is None or not dice.chance(PASSERS_BY_PER_MILLE):
            continue
        walks = reach.of("healthy_walk", member.place)
        if walks:
            walk = dice.pick(walks)
            if member.person not in walk.attendees:
                walk.attendees.append(member.person)


def _add_companies(companies: list[Company], gatherings: list[Gathering], dice: Dice) -> None:
    nearby = {
        code: [c.company_id for c in companies if c.place.startswith(code)] for code in (*REGENCIES, "34")
    }
    for gathering in gatherings:
        present = set(gathering.companies)
        invited = dice.sample(nearby[gathering.place[:5]], gathering.guests) if gathering.guests else []
        free = max(0, gathering.guests - len(present))
        gathering.companies += [guest for guest in invited if guest not in present][:free]


def declare(members: list[Member], reach: Reach, seed: int) -> None:
    """Fill in the campaign that the member's form names."""
    dice = Dice(seed, "declare")
    for member in members:
        if dice.chance(WRONG_NAMED_PER_MILLE):
            shows = reach.of(dice.pick(SHOWS), member.place)
            member.declared = dice.pick(shows).campaign_id if shows else None
        elif member.cause.event_id and dice.chance(_declared_per_mille(member)):
            member.declared = member.cause.campaign_id


def _declared_per_mille(member: Member) -> int:
    if member.cause.channel == "perisai" and member.kind == "worker":
        return AGENT_NAMED_PER_MILLE
    return CAUSE_NAMED_PER_MILLE[member.kind] if member.cause.channel != "inspection" else 0
