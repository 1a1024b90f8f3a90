"""Text that fonts can show. A tagged PDF may have no other, so that a reader never meets an empty box.

Names of places and sources come from elsewhere and may have any character. Letters of European languages and
usual signs are in every font; the others are tried. What cannot be shown stands by its code.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

USUAL: Final = "\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u017f\u2010-\u2026\u2030\u2212\u2264\u2265\u25cf"
"""As in a regular expression; tests/sambung/reporting/test_pdf.py tries each of them."""
_UNUSUAL: Final = re.compile(f"[^{USUAL}]")


def legible(text: str, has: Callable[[str], bool], shows: Callable[[str], bool]) -> str:
    r"""With the codes of characters that are invisible or that no font has.

    `has` tells of one character whether a font has it, `shows` of a whole text whether it can be shown: a
    letter and an accent of two fonts cannot, although each of them can. Then all unusual ones are codes.

    >>> legible("Wayang \U0001f389 \u202e \u05d0", lambda one: one == "\u05d0", lambda _: True)
    'Wayang [U+1F389] [U+202E] \u05d0'
    >>> legible("\u05d0", lambda _: True, lambda _: False)
    '[U+05D0]'
    """
    if not _UNUSUAL.search(text):
        return text
    shown = _UNUSUAL.sub(
        lambda found: found[0] if _is_visible(found[0]) and has(found[0]) else _code(found), text
    )
    return shown if shows(shown) else _UNUSUAL.sub(_code, text)


def _is_visible(character: str) -> bool:
    return not unicodedata.category(character).startswith("C")


def _code(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]"
