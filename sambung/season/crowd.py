"""Who else came: chance visitors, strangers, companies that were only passing by; and what people declare."""

from sambung.season.dice import Dice
from sambung.season.geography import REGENCIES
from sambung.season.motives import Reach
from sambung.season.world import Company, Gathering, Member

PASSERS_BY_PER_MILLE = 32
"""New workers who also walked, for other reasons, some Sunday of the season."""
AGENT_NAMED_PER_MILLE = 920
"""Perisai's recruits on whose form the agent's campaign stands."""
CAUSE_NAMED_PER_MILLE = {"worker": 35, "company": 90}
"""Other members who name what moved them."""
WRONG_NAMED_PER_MILLE = 5
"""Members who name something else, often the show that everybody talks about."""
SHOWS = ("wayang", "healthy_walk", "sailing_race")


def mingle(members: list[Member], companies: list[Company], gatherings: list[Gathering], seed: int) -> None:
    """Fill the lists of all gatherings up to what their organisers registered."""
    _let_some_walk(members, Reach(gatherings), Dice(seed, "passers-by"))
    _note_companies(companies, gatherings, Dice(seed, "guests"))
    dice = Dice(seed, "strangers")
    for gathering in gatherings:
        strangers = max(0, gathering.named - len(gathering.attendees))
        people = gathering.attendees + [dice.person() for _ in range(strangers)]
        gathering.attendees = dice.shuffled(people)
        gathering.companies = dice.shuffled(gathering.companies)
        gathering.headcount = max(gathering.headcount, len(people))


def _let_some_walk(members: list[Member], reach: Reach, dice: Dice) -> None:
    for member in members:
        if member.person is None or not dice.chance(PASSERS_BY_PER_MILLE):
            continue
        walks = reach.of("healthy_walk", member.place)
        if walks:
            walk = dice.pick(walks)
            if member.person not in walk.attendees:
                walk.attendees.append(member.person)


def _note_companies(companies: list[Company], gatherings: list[Gathering], dice: Dice) -> None:
    nearby = {
        code: [c.company_id for c in companies if c.place.startswith(code)] for code in (*REGENCIES, "34")
    }
    for gathering in gatherings:
        present = set(gathering.companies)
        invited = dice.sample(nearby[gathering.place[:5]], gathering.guests) if gathering.guests else []
        free = max(0, gathering.guests - len(present))
        gathering.companies += [guest for guest in invited if guest not in present][:free]


def declare(members: list[Member], reach: Reach, seed: int) -> None:
    """What stands on the form as the campaign that brought the member."""
    dice = Dice(seed, "declare")
    for member in members:
        if dice.chance(WRONG_NAMED_PER_MILLE):
            shows = reach.of(dice.pick(SHOWS), member.place)
            member.declared = dice.pick(shows).campaign_id if shows else None
        elif member.cause.event_id and dice.chance(_candour(member)):
            member.declared = member.cause.campaign_id


def _candour(member: Member) -> int:
    if member.cause.channel == "perisai" and member.kind == "worker":
        return AGENT_NAMED_PER_MILLE
    return CAUSE_NAMED_PER_MILLE[member.kind] if member.cause.channel != "inspection" else 0
