"""How a reader wants to see the page: in which language, and under which credit model."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode

from api.languages import language_of
from models.language import Language
from models.statement import MODEL_NAMES
from reports.targets import USUAL_MODEL


class View(NamedTuple):
    language: Language
    model: str = USUAL_MODEL

    @property
    def usual(self) -> "View":
        """The same under the usual model."""
        return self._replace(model=USUAL_MODEL)

    def href(self, path: str, **changes: str | int) -> str:
        """Address of a page in this view, or in one that differs.

        >>> View(Language.ID).href("/campaigns", model="last"), View(Language.EN).href("/")
        ('/campaigns?lang=id&model=last', '/?lang=en&model=linear')
        """
        asked = {"lang": self.language.value, "model": self.model, **changes}
        return f"{quote(path)}?{urlencode(asked)}"


def view_of(query: Mapping[str, str], accept_language: str | None) -> View:
    """What the address asks for; else the browser's language, and the usual model."""
    asked, model = query.get("lang", ""), query.get("model", "")
    language = Language(asked) if asked in {*Language} else language_of(accept_language)
    return View(language, model if model in MODEL_NAMES else USUAL_MODEL)
