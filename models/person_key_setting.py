"""The key of the `person` hashes, as the settings name it."""

from pathlib import Path
from typing import Final

from models.person_key import SHORTEST_KEY_BYTES, PersonKeyError
from models.settings import Settings

MISSING: Final = (
    f"The key of the person hashes is missing or shorter than {SHORTEST_KEY_BYTES} bytes. Set "
    "SAMBUNG_PERSON_KEY or SAMBUNG_PERSON_KEY_FILE; make one with: openssl rand -hex 32"
)


def read_person_key(settings: Settings) -> bytes | None:
    """From the file or the setting; None where neither is set. Raises PersonKeyError."""
    if settings.person_key_file is None and settings.person_key is None:
        return None
    key = _read_file(settings.person_key_file) if settings.person_key_file else _given(settings)
    if len(key) < SHORTEST_KEY_BYTES:
        raise PersonKeyError(MISSING)
    return key


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes().strip()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PersonKeyError(f"The key file {path} cannot be read: {reason}.") from error


def _given(settings: Settings) -> bytes:
    return settings.person_key.get_secret_value().encode() if settings.person_key else b""
