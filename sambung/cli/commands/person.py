"""`sambung person`: hashes national ids for events."""

import re
import sys

import typer

from models.person_key import PersonKeyError, person_of
from models.person_key_setting import MISSING, read_person_key
from models.settings import Settings
from sambung.errors import errors_as_sentences
from sambung.terminal.exits import Exit, Failed

EXAMPLES = ("sambung person < national-ids.txt > persons.txt",)

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
    return person_of(national_id, key)


def _key(settings: Settings) -> bytes:
    try:
        key = read_person_key(settings)
    except PersonKeyError as error:
        raise Failed(Exit.WRONG_USE, str(error)) from error
    if key is None:
        raise Failed(Exit.WRONG_USE, MISSING)
    return key
