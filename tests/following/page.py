"""Blocks of code of docs/following.md, as printed."""

import re
from typing import Final

from tests.services.kafka import ROOT

PAGE: Final = ROOT / "docs" / "following.md"
_SECTION: Final = re.compile(r"^## ", re.MULTILINE)
_BLOCK: Final = re.compile(r"^```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(title: str) -> list[str]:
    """Those under a heading."""
    sections = _SECTION.split(PAGE.read_text(encoding="utf-8"))
    (section,) = [one for one in sections if one.startswith(f"{title}\n")]
    return _BLOCK.findall(section)
