"""A document as PDF by typst: tagged for people who do not see it (PDF/UA-1), to be kept (PDF/A-2a).

The template gets the document as data: no word of it is ever read as markup. All fonts are those inside
typst's package, and nothing else is read: no file, no clock, no network. So the same document gives the same
bytes with the same version of typst.
"""

import json
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from reports.document.parts import Document, Picture
from reports.drawing.print_style import as_file
from sambung.reporting.glyphs import legible

STANDARDS: Final = ("a-2a", "ua-1")
FONT: Final = "Libertinus Serif"
TEMPLATE: Final = Path(__file__).parent / "templates" / "report.typ"

_TRIAL: Final = f"""
#set document(title: "-")
#set text(lang: "id", font: "{FONT}")
#if "text" in sys.inputs {{ sys.inputs.text + strong(sys.inputs.text) }}
#if "picture" in sys.inputs {{ image(bytes(sys.inputs.picture), format: "svg", alt: "-") }}
""".encode()


def pdf(document: Document) -> bytes:
    """Dated as the document's batch."""
    engine = _Engine(document.written_us // 1_000_000)
    return engine.compile(TEMPLATE.read_bytes(), document=json.dumps(_plain(document, engine)))


class _Engine:
    def __init__(self, date_s: int) -> None:
        fonts = typst.Fonts(include_system_fonts=False)
        self._compiler = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
        self._date_s = date_s
        self.shows = cache(self._shows)

    def compile(self, template: bytes, **inputs: str) -> bytes:
        """Raises typst.TypstError, also for text that no font can show."""
        found = self._compiler.compile(
            template, sys_inputs=inputs, format="pdf", pdf_standards=list(STANDARDS), timestamp=self._date_s
        )
        assert isinstance(found, bytes)  # noqa: S101  one document
        return found

    def text(self, text: str) -> str:
        return legible(text, self.shows, self.shows)

    def picture(self, svg: str) -> str:
        return legible(as_file(svg, f"'{FONT}'"), self.shows, lambda shown: self.shows(picture=shown))

    def _shows(self, text: str = "", **inputs: str) -> bool:
        try:
            self.compile(_TRIAL, text=text, **inputs)
        except typst.TypstError:
            return False
        return True


def _plain(value: Any, engine: _Engine) -> Any:
    """Objects, lists and scalars; `is` names the class of an object."""
    if isinstance(value, str):
        return engine.text(value)
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return [_plain(one, engine) for one in value]
    names = [one.name for one in fields(value)] if is_dataclass(value) else getattr(value, "_fields", None)
    if names is None:
        return value
    found = {name: _plain(getattr(value, name), engine) for name in names}
    if isinstance(value, Picture):
        found["svg"] = engine.picture(value.svg)
    return {"is": type(value).__name__} | found
