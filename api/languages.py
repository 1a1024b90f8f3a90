"""Languages of messages: Indonesian unless the client asks for English."""

from typing import Final, NamedTuple

from models.language import Language

DEFAULT: Final = Language.ID
_LONGEST_HEADER: Final = 1_000
"""Characters; of a longer `Accept-Language` nothing is read."""


class Words(NamedTuple):
    """One message in each language."""

    id: str
    en: str

    def told(self, language: Language) -> str:
        return self.en if language is Language.EN else self.id

    def filled(self, **values: object) -> "Words":
        """With the values in place of `{name}`."""
        return Words(self.id.format(**values), self.en.format(**values))


def language_of(accept_language: str | None) -> Language:
    """The best language that a client accepts (RFC 9110, section 12.5.4); Indonesian if there is none.

    >>> language_of("en-GB,en;q=0.9,id;q=0.3").value, language_of("fr").value, language_of(None).value
    ('en', 'id', 'id')
    """
    if not accept_language or len(accept_language) > _LONGEST_HEADER:
        return DEFAULT
    best, best_quality = DEFAULT, 0.0
    for part in accept_language.split(","):
        tag, _, parameter = part.partition(";")
        name, quality = tag.strip().lower().partition("-")[0], _quality(parameter)
        if name in {*Language} and quality > best_quality:
            best, best_quality = Language(name), quality
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
