"""The agency's key of the `person` hashes, for an app that hashes national ids itself."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from models.person_key import SHORTEST_KEY_BYTES, PersonKeyError, fingerprint, person_of

_is_national_id = re.compile(r"[0-9]{16}").fullmatch


@dataclass(frozen=True, slots=True)
class PersonKey:
    """Turns national ids into the hashes that events carry.

    >>> key = PersonKey(b"an example of thirty-two bytes..")
    >>> key.person("3404071234567890")[:8], key.fingerprint
    ('3c675e1d', '31cf2c88a87605fa')
    """

    secret: bytes = field(repr=False)

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """From a file. Raises OSError and PersonKeyError."""
        secret = Path(path).read_bytes().strip()
        if len(secret) < SHORTEST_KEY_BYTES:
            raise PersonKeyError(
                f"The key in {path} is shorter than {SHORTEST_KEY_BYTES} bytes; get the agency's own."
            )
        return cls(secret)

    def person(self, national_id: str) -> str:
        """64 hexadecimal digits. Raises ValueError, which does not quote what it was given."""
        if not _is_national_id(national_id):
            raise ValueError("A national id has exactly 16 digits; this has not.")
        return person_of(national_id.encode(), self.secret)

    @property
    def fingerprint(self) -> str:
        """Tells two keys apart and gives away neither: 16 hexadecimal digits."""
        return fingerprint(self.secret)
