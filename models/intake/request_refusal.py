"""Events that a gateway refuses, as records of the topic `rejected` (docs/spec.md, section 1)."""

from hashlib import sha256
from typing import Final

from models.intake.masking import mask
from models.intake.refusal import RawRecord, Refusal, encode_rejected

FOLDER: Final = "gateway/"
"""What the field `file` of such records begins with."""
REQUEST_HEADER: Final = "sambung-request"
"""Name of the header with the request's id, as the gateway's answer has it."""


def rejected_event(refusal: Refusal, sender: str, request: str, value: bytes) -> tuple[bytes, bytes]:
    """Key and value of the record: `Rejected` as JSON, masked, with no topic and no line.

    The same bytes under the same key (`sender` is its name) are one row of the store. The record's key is the
    SHA-256 of the masked value: one of the raw value would let a national id be found by trying all of them.
    """
    key = mask(sha256(mask(value)).hexdigest().encode())
    fields = {"topic": None, "partition": None, "offset": None, "file": f"{FOLDER}{sender}", "line": None}
    headers = ((REQUEST_HEADER, request.encode()),)
    return key, encode_rejected(refusal, fields, RawRecord(key, value, headers))
