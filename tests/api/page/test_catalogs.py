"""Every word of the page and of reports has an Indonesian one, and no catalog has others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import api.page
import reports
from api.page.rendering import CATALOGS
from models.language import Language
from reports.languages.catalogs import FOLDER, catalog, catalog_file

PAGE, REPORTS = (Path(one.__file__).parent for one in (api.page, reports))
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.i18n"}}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "say": None, "plural": (1, 2)}
TRANSLATED = [one for one in Language if one is not Language.EN]

Words = str | tuple[str, ...]


def words(folder: Path) -> Iterator[Words]:
    """All that is marked to be translated."""
    for found in extract_from_dir(folder, METHODS, OPTIONS, KEYWORDS):
        message = found[2]
        yield message if isinstance(message, str) else tuple(message)


def check(language: Language, folder: Path, wanted: set[Words]) -> None:
    with catalog_file(language, folder).open("rb") as file:
        known = read_po(file, locale=language.value)
    assert not known.obsolete
    assert {one.id for one in known if one.id} == wanted
    assert [one.id for one in known if one.id and not all(_texts(one.string))] == []
    assert [one.id for one in known if one.fuzzy] == []
    assert [(one.id, error) for one, errors in known.check() for error in errors] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalog_of_reports_has_exactly_their_words(language: Language) -> None:
    check(language, FOLDER, set(words(REPORTS)))


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalog_of_the_page_has_exactly_the_words_that_only_the_page_has(language: Language) -> None:
    check(language, CATALOGS, set(words(PAGE)) - set(words(REPORTS)))


def _texts(words: Words) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else words


def test_indonesian_is_spoken_and_english_stands_in_the_code() -> None:
    assert catalog(Language.ID).gettext("Workers") == "Tenaga kerja"
    assert catalog(Language.EN).gettext("Workers") == "Workers"
    of_page = catalog(Language.ID, CATALOGS)
    assert of_page.gettext("Workers") == "Tenaga kerja"
    assert of_page.ngettext("%(num)s day", "%(num)s days", 2) == "%(num)s hari"
