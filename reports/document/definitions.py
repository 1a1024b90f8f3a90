"""What each word of a report means."""

from collections.abc import Iterator

from reports.document.figures import Figures
from reports.document.parts import Definition, Definitions, Section
from reports.document.words import Words
from reports.languages.names import MODELS


def definitions_section(_: Figures, say: Words) -> Section:
    entries = (*_members(say), *_efforts(say), *_models(say), *_data(say))
    return Section("definitions", say("Definitions"), (Definitions(tuple(entries)),))


def _members(say: Words) -> Iterator[Definition]:
    yield Definition(
        say("Member"),
        say(
            "A worker or a company that an active enrollment names. Each is counted once, however often "
            "enrolled."
        ),
    )
    yield Definition(
        say("In the period"),
        say(
            "A member belongs to a period if its membership began in it, by the date in Jakarta (WIB); an "
            "event, if it happened in it."
        ),
    )
    yield Definition(
        say("In the place"),
        say(
            "A member belongs to the sub-district in which it works, and to the regency and the province "
            "that hold it; an event to the place for which it was held."
        ),
    )


def _efforts(say: Words) -> Iterator[Definition]:
    yield Definition(
        say("Campaign, channel"),
        say(
            "A campaign is the name under which efforts were recorded; a channel is their kind. A campaign "
            "that only forms name counts for its own channel if it has just one."
        ),
    )
    yield Definition(
        say("Touch"),
        say("An event that reached a member within its lookback window before the membership began."),
    )
    yield Definition(
        say("Evidence"),
        say(
            "How a touch is known: by the form, by a list of attendance, through the employer, or only "
            "because the event was held nearby."
        ),
    )
    yield Definition(
        say("Persuasion, compulsion"),
        say("Warning letters (SP1, SP2) and sanctions compel; all other efforts persuade."),
    )
    yield Definition(
        say("Organic"),
        say("Credit that no known effort earned. It is never shared out among the others."),
    )
    yield Definition(
        say("Cost per worker, cost per company"),
        say(
            "The cost of an effort's events divided by the workers, or by the companies, credited to it. "
            "In whole rupiah, halves up."
        ),
    )


def _models(say: Words) -> Iterator[Definition]:
    yield Definition(
        say("Credit"),
        say(
            "A member is worth one, in millionths, which are shared by the touches in its journey. Under "
            "each model the shares add up to exactly one."
        ),
    )
    meanings = {
        "first": say("All to the first touch."),
        "last": say("All to the last touch."),
        "linear": say("The same to each touch."),
        "position": say("Two fifths each to the first and the last, the rest to those between."),
        "time_decay": say("The later a touch, the more: half as much for each seven days earlier."),
    }
    for model, meaning in meanings.items():
        yield Definition(f"{say.named(MODELS, model)} ({model})", meaning)


def _data(say: Words) -> Iterator[Definition]:
    yield Definition(
        say("Batch"),
        say(
            "The number of the last change to the store that this report has. With its time, the report "
            "can be made again at any later time."
        ),
    )
    yield Definition(
        say("Rules"),
        say(
            "Lookback windows and shares of the credit models, under one version. The shares named above "
            "are those of version 2017.1."
        ),
    )
    yield Definition(
        say("Rounding"),
        say(
            "Credit is shown to a tenth of a member, shares to a tenth of a percent, halves up; so what is "
            "shown may not add up in the last digit. Sums are made before rounding."
        ),
    )
