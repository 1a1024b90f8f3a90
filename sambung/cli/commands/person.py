"""`sambung person`: hashes national ids for events."""

import hashlib
import hmac
import re
import sys

import typer

from models.settings import Settings
from sambung.errors import errors_as_sentences
from sambung.terminal.exits import Exit, Failed, reason_of

EXAMPLES = ("sambung person < national-ids.txt > persons.txt",)

SHORTEST_KEY_BYTES = 32
_is_national_id = re.compile(rb"[0-9]{16}").fullmatch


def person() -> None:
    """Turn national ids (NIK) into the `person` hashes that events carry.

    Ids are read from standard input, one per line, and hashes written likewise. The hash is HMAC-SHA-256
    under a secret key. A plain hash would be no protection: 16 digits with a birth date inside can be
    tried out in hours. The key comes from SAMBUNG_PERSON_KEY, or from the file that
    SAMBUNG_PERSON_KEY_FILE names; every app and gateway of one agency must use the same. Blank lines are
    skipped.
    """
    with errors_as_sentences():
        key = _key(Settings())
        for number, line in enumerate(sys.stdin.buffer, start=1):
            national_id = line.strip()
            if national_id:
                typer.echo(_hashed(national_id, key, number))


def _hashed(national_id: bytes, key: bytes, number: int) -> str:
    if not _is_national_id(national_id):
        sentence = f"Line {number}: a national id has exactly 16 digits; this line has not."
        raise Failed(Exit.WRONG_USE, sentence)
    return hmac.new(key, national_id, hashlib.sha256).hexdigest()


def _key(settings: Settings) -> bytes:
    if settings.person_key_file is not None:
        try:
            key = settings.person_key_file.read_bytes().strip()
        except OSError as error:
            sentence = f"The key file {settings.person_key_file} cannot be read: {reason_of(error)}."
            raise Failed(Exit.WRONG_USE, sentence) from error
    else:
        key = settings.person_key.get_secret_value().encode() if settings.person_key else b""
    if len(key) < SHORTEST_KEY_BYTES:
        raise Failed(
            Exit.WRONG_USE,
            f"The key of the person hashes is missing or shorter than {SHORTEST_KEY_BYTES} bytes. Set "
            "SAMBUNG_PERSON_KEY or SAMBUNG_PERSON_KEY_FILE; make one with: openssl rand -hex 32",
        )
    return key
