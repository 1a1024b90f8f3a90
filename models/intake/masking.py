"""Masking of national ids (NIK) in refused records (docs/spec.md, sections 1 and 5)."""

import re
from typing import Final

MASK: Final = b"*" * 16
"""As long as a national id, so that positions in a line stay valid."""

_exactly_16_digits = re.compile(rb"(?<![0-9])[0-9]{16}(?![0-9])")
_json_digits = re.compile(rb"\\\\|\\u(?!003[0-9])[0-9a-fA-F]{4}|((?:[0-9]|\\u003[0-9])+)")
"""In JSON: an escaped backslash or character with its own digits, or a run of digits, escaped or not."""


def mask(data: bytes) -> bytes:
    r"""Mask every run of exactly 16 ASCII digits, in the bytes and in the JSON that they encode.

    >>> mask(b"NIK 3404071234567890, phone 081234567890")
    b'NIK ****************, phone 081234567890'
    >>> mask(rb'"no-break\u00a03404071234567890"')
    b'"no-break\\u00a0****************"'
    """
    if b"\\u" not in data:
        return _exactly_16_digits.sub(MASK, data)
    as_bytes = _exactly_16_digits.sub(MASK, _json_digits.sub(_mask_run, data))
    return _json_digits.sub(_mask_run, as_bytes)  # a longer run may have been cut to 16 digits just now


def mask_text(text: str) -> str:
    return mask(text.encode()).decode()


def _mask_run(run: re.Match[bytes]) -> bytes:
    digits = run[1]
    if digits is None or len(digits) - 5 * digits.count(b"\\") != 16:
        return run[0]
    return MASK
