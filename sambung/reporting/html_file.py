"""A document as one HTML file: nothing from elsewhere, no script, for screens, paper and screen readers."""

import hashlib
import re
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from reports.document.parts import Document
from reports.drawing.print_style import PRINT_STYLE

TEMPLATES: Final = Path(__file__).parent / "templates"
_AT_THE_FOOT: Final = """\
@media print {
  @page {
    @bottom-left { content: %s; font-size: 7.5pt; white-space: nowrap; color: #4a5965; }
    @bottom-right { content: %s; font-size: 7.5pt; white-space: nowrap; color: #4a5965; }
  }
}
"""


def html(document: Document) -> bytes:
    """UTF-8; whatever is not a picture is escaped."""
    style = _style() + _at_the_foot(document)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _template().render(document=document, style=Markup(style), digest=digest).encode()  # noqa: S704


@cache
def _template() -> Template:
    loader = FileSystemLoader(TEMPLATES)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters["svg"] = Markup  # pictures escape what they are given
    made.tests["kind"] = lambda block, name: type(block).__name__ == name
    return made.get_template("document.html")


@cache
def _style() -> str:
    return (TEMPLATES / "document.css").read_text(encoding="utf-8") + PRINT_STYLE


def _at_the_foot(document: Document) -> str:
    """Title and number of each printed page."""
    before, between, after = re.split(r"%\(\w+\)s", document.labels.page)
    numbers = f"{_css_text(before)} counter(page) {_css_text(between)} counter(pages) {_css_text(after)}"
    return _AT_THE_FOOT % (_css_text(f"{document.subtitle} · {document.source}"), numbers)


def _css_text(text: str) -> str:
    r"""A string of CSS inside of an element of HTML.

    >>> print(_css_text('a "b" </style>'))
    "a \22 b\22  \3c /style\3e "
    """
    return '"' + re.sub(r'[\\"<>&\n]', lambda found: f"\\{ord(found[0]):x} ", text) + '"'
