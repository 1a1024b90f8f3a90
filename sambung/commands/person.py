"""`sambung person`: national ids into the hashes that events carry."""

import hashlib
import hmac
import re
import sys

import typer

from models.settings import Settings
from sambung.errors import Exit, stop

NATIONAL_ID = re.compile(r"[0-9]{16}")
SHORTEST_KEY_BYTES = 32


def person() -> None:
    """Read national ids (NIK), one a line, from standard input; print the `person` hash of each.

    The hash is HMAC-SHA-256 under a secret key. A plain hash would be no protection: 16 digits with a birth
    date inside can be tried out in hours. The key comes from SAMBUNG_PERSON_KEY, or from the file that
    SAMBUNG_PERSON_KEY_FILE names; every app and gateway of one agency must use the same.
    """
    key = _key(Settings())
    for number, line in enumerate(sys.stdin, start=1):
        national_id = line.strip()
        if not national_id:
            continue
        if not NATIONAL_ID.fullmatch(national_id):
            raise stop(
                Exit.WRONG_USE, f"line {number}: a national id has exactly 16 digits; this line has not."
            )
        typer.echo(hmac.new(key, national_id.encode(), hashlib.sha256).hexdigest())


def _key(settings: Settings) -> bytes:
    if settings.person_key_file is not None:
        try:
            key = settings.person_key_file.read_bytes().strip()
        except OSError as error:
            sentence = f"The key file {settings.person_key_file} cannot be read: {error.strerror}."
            raise stop(Exit.WRONG_USE, sentence) from error
    else:
        key = (settings.person_key or "").encode()
    if len(key) < SHORTEST_KEY_BYTES:
        raise stop(
            Exit.WRONG_USE,
            f"The key of the person hashes is missing or shorter than {SHORTEST_KEY_BYTES} bytes. Set "
            "SAMBUNG_PERSON_KEY or SAMBUNG_PERSON_KEY_FILE; make one with: openssl rand -hex 32",
        )
    return key
