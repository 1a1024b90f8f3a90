"""Puts the numbers of a report into sections, in one language."""

from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Final

from models.instants import canonical
from models.language import Language
from reports.document.before_joining import waits_section
from reports.document.definitions import definitions_section
from reports.document.efforts import campaigns_section, channels_section
from reports.document.figures import Figures
from reports.document.headline import headline_section
from reports.document.known_by import approaches_section, evidence_section
from reports.document.limits import limits_section
from reports.document.parts import Definition, Document, Labels, Section
from reports.document.published import published_section
from reports.document.quality import quality_section
from reports.document.when_and_where import months_section, places_section
from reports.document.words import Words
from reports.scope import Scope

_SECTIONS: Final[tuple[Callable[[Figures, Words], Section], ...]] = (
    headline_section,
    channels_section,
    campaigns_section,
    approaches_section,
    evidence_section,
    months_section,
    places_section,
    waits_section,
    quality_section,
    limits_section,
    published_section,
    definitions_section,
)


def compose(found: Figures, language: Language) -> Document:
    say = Words(language)
    return Document(
        language,
        say("New members, and what brought them in"),
        f"{_place(found, say)} · {_period(found.scope, say)}",
        tuple(_about(found, say)),
        tuple(section(found, say) for section in _SECTIONS),
        tuple(_closing(found, say)),
        Labels(say("Contents"), say("Note"), say("Page %(number)s of %(pages)s")),
        found.store.batch,
        found.store.committed_us,
        _source(found, say),
    )


def _place(found: Figures, say: Words) -> str:
    place = found.scope.place
    return say("All places") if place is None else found.places.label(place)


def _period(scope: Scope, say: Words) -> str:
    if scope.period is None:
        return say("all time")
    first, last = (say.form.month(month) for month in scope.period)
    return first if first == last else say("%(first)s to %(last)s", first=first, last=last)


def _about(found: Figures, say: Words) -> Iterator[Definition]:
    store = found.store
    yield Definition(say("Place"), _place(found, say))
    yield Definition(say("Period"), _period(found.scope, say))
    yield Definition(
        say("Store as of"),
        say(
            "batch %(batch)s, written on %(at)s",
            batch=say.form.number(store.batch),
            at=say.form.instant(store.committed_us),
        ),
    )
    yield Definition(say("Rules"), ", ".join(store.rules) or say("none: no member is known"))
    yield Definition(say("Made by"), f"Sambung {version('sambung')}")


def _source(found: Figures, say: Words) -> str:
    store = found.store
    return say(
        "Batch %(batch)s of %(at)s, rules %(rules)s",
        batch=say.form.number(store.batch),
        at=say.form.instant(store.committed_us),
        rules=", ".join(store.rules) or say("none"),
    )


def _closing(found: Figures, say: Words) -> Iterator[str]:
    yield say(
        "The same store gives the same report, byte by byte, also later. With the same other options: "
        "sambung report --as-of %(instant)s",
        instant=canonical(found.store.committed_us),
    )
    yield say(
        "No number is suppressed: this report is for the agency's own people. What may be handed to "
        "anybody is made by sambung export, with --min-cell."
    )
