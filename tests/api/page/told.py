"""The numbers that a page tells, each with what it is about, read from its HTML alone."""

from collections import defaultdict
from html.parser import HTMLParser

Told = dict[tuple[str, ...], list[int]]
"""Numbers by the `data-` attributes of the elements around them, from the outside in."""
_VOID = {"meta", "link", "input", "br", "img"}
_LABELS = {"data-label", "data-stream", "data-parts", "data-sign-in"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.told: Told = defaultdict(list)
        self._around: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "data":
            value = dict(attrs)["value"]
            assert value is not None
            self.told[tuple(one for element in self._around for one in element)].append(int(value))
        if tag not in _VOID:
            about = [
                f"{name.removeprefix('data-')}={value}"
                for name, value in attrs
                if name.startswith("data-") and name not in _LABELS
            ]
            self._around.append(about)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Has nothing inside."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self._around.pop()


def told(html: str) -> Told:
    reader = _Reader()
    reader.feed(html)
    return dict(reader.told)
