"""Sentences, numbers and cells in one language."""

from collections.abc import Mapping
from typing import Final

from models.language import Language
from reports.document.parts import Cell, Unit
from reports.languages.catalogs import catalog
from reports.languages.formats import Formats

DASH: Final = "\N{EN DASH}"


class Words:
    """Called with an English sentence, it gives the sentence of the language, with values in it."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.form = Formats(language)
        self._catalog = catalog(language)

    def __call__(self, message: str, **values: object) -> str:
        """Values stand as `%(name)s` in the message."""
        found = self._catalog.gettext(message)
        return found % values if values else found

    def plural(self, one: str, several: str, number: int) -> str:
        """With the number as `%(num)s`."""
        return self._catalog.ngettext(one, several, number) % {"num": self.form.number(number)}

    def named(self, names: Mapping[str, str], name: str) -> str:
        """Of a channel, a credit model, …; the name itself where it is none of them."""
        return self._catalog.gettext(names[name]) if name in names else name

    def count(self, number: int) -> Cell:
        return Cell(self.form.number(number), number, Unit.COUNT)

    def members(self, millionths: int) -> Cell:
        return Cell(self.form.members(millionths), millionths, Unit.MEMBERS)

    def credit(self, millionths: int) -> Cell:
        """Members to a tenth, for columns of them."""
        return Cell(self.form.tenths(millionths), millionths, Unit.MEMBERS)

    def whole(self, millionths: int) -> Cell:
        """Members of a plan or a forecast."""
        return Cell(self.form.whole(millionths), millionths, Unit.MEMBERS)

    def rupiah(self, idr: int | None) -> Cell:
        """Without the currency, which the row or the column names."""
        return Cell(DASH if idr is None else self.form.number(idr), idr, Unit.RUPIAH)

    def share(self, part: int, whole: int) -> Cell:
        if whole == 0:
            return Cell(DASH, None, Unit.PER_MILLE)
        return Cell(self.form.share(part, whole), (2_000 * part + whole) // (2 * whole), Unit.PER_MILLE)

    def days(self, number: int) -> Cell:
        return Cell(self.plural("%(num)s day", "%(num)s days", number), number, Unit.DAYS)

    def needed(self, millionths: int | None) -> Cell:
        """Members on each working day that is left, whole ones; None where none is left."""
        if millionths is None:
            return Cell(self("no working day is left"), None, Unit.MEMBERS)
        return Cell(self.form.at_least(millionths), millionths, Unit.MEMBERS)

    @property
    def none(self) -> Cell:
        return Cell(DASH)
