"""Templates with what they may use: words, formats, pictures and addresses."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.page.assets import address_of
from api.page.formats import PageFormats
from api.page.view import View
from models.language import Language
from models.statement import MODEL_NAMES
from reports.drawing import bars, tiles
from reports.languages import names
from reports.languages.catalogs import catalog

TEMPLATES: Final = Path(__file__).parent / "templates"
CATALOGS: Final = Path(__file__).parent / "locale"
"""Of words that only the page has."""


def render(template: str, view: View, **content: Any) -> str:
    """HTML; whatever comes from the store is escaped."""
    return _environment(view.language).get_template(template).render(view=view, **content)


def prepare() -> None:
    """Compile every template in every language, which takes a part of a second."""
    for language in Language:
        environment = _environment(language)
        for name in environment.list_templates():
            environment.get_template(name)


@cache
def _environment(language: Language) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    translations = catalog(language, CATALOGS)
    made.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]

    def named(of: Mapping[str, str], name: str) -> str:
        return translations.gettext(of[name]) if name in of else name

    formats = PageFormats(language)
    made.globals |= {
        "form": formats,
        "named": named,
        "words": names,
        "MODELS": MODEL_NAMES,
        "picture": _Pictures(),
        "asset": address_of,
        "languages": {Language.ID: "Indonesia", Language.EN: "English"},
    }
    return made


class _Pictures:
    """The pictures of `reports.drawing`, marked as safe: they escape what they are given."""

    Column = bars.Column
    Piece = bars.Piece
    Tile = tiles.Tile
    layout = staticmethod(tiles.layout)

    def __getattr__(self, name: str) -> Any:
        draw = getattr(bars, name, None) or getattr(tiles, name)
        return lambda *values, **named: Markup(draw(*values, **named))  # noqa: S704
