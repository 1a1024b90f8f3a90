"""Words in each language: English in the code, the others in catalogs."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from models.language import Language

FOLDER: Final = Path(__file__).parent / "locale"
DOMAIN: Final = "words"


def catalog_file(language: Language, folder: Path = FOLDER) -> Path:
    return folder / f"{language.value}.po"


@cache
def catalog(language: Language, folder: Path = FOLDER) -> NullTranslations:
    """Of a folder; words that it lacks are those of reports.

    Compiled when it is read, in some milliseconds: no second file has to be kept current.
    """
    if language is Language.EN:
        return NullTranslations()
    with catalog_file(language, folder).open("rb") as file:
        words = read_po(file, locale=language.value, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, words)
    compiled.seek(0)
    found = Translations(compiled, domain=DOMAIN)
    if folder != FOLDER:
        found.add_fallback(catalog(language))
    return found
