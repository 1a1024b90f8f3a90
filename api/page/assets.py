"""Style sheet, scripts and icon: read once, sent compressed, named by their content."""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_DIGEST_BYTES: Final = 6


class Asset(NamedTuple):
    content: bytes
    compressed: bytes
    media_type: str
    version: str
    """Changes with the content."""


@cache
def assets() -> dict[str, Asset]:
    """By name."""
    return {path.name: _asset(path) for path in FOLDER.iterdir() if path.suffix in _TYPES}


def address_of(name: str) -> str:
    return f"/static/{name}?v={assets()[name].version}"


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    version = hashlib.blake2b(content, digest_size=_DIGEST_BYTES).hexdigest()
    media_type = f"{_TYPES[path.suffix]}; charset=utf-8"
    return Asset(content, gzip.compress(content, mtime=0), media_type, version)
