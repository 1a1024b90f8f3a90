"""Encoding of a row, the same bytes in RocksDB and in the changelog.

The key is `length of group (2 bytes) + group + slot`, the value `version (8 bytes) + payload`.
"""

from typing import Final

VERSION_BYTES: Final = 8
_LENGTH_BYTES: Final = 2

Stored = tuple[bytes, bytes, tuple[()]]
"""A row as it is written: key, value and the headers of its changelog record, always none."""


def stored(group: bytes, slot: bytes, version: int, payload: bytes) -> Stored:
    return row_key(group, slot), row_value(version, payload), ()


def row_key(group: bytes, slot: bytes) -> bytes:
    r"""Keys sort a group's rows together, with no other group's among them.

    >>> row_key(b"group", b"slot"), split_key(row_key(b"group", b"slot"))
    (b'\x00\x05groupslot', (b'group', b'slot'))
    """
    return len(group).to_bytes(_LENGTH_BYTES, "big") + group + slot


def row_value(version: int, payload: bytes) -> bytes:
    return version.to_bytes(VERSION_BYTES, "big") + payload


def version_of(value: bytes) -> int:
    return int.from_bytes(value[:VERSION_BYTES], "big")


def split_key(key: bytes) -> tuple[bytes, bytes]:
    """Group and slot."""
    end = _LENGTH_BYTES + int.from_bytes(key[:_LENGTH_BYTES], "big")
    return key[_LENGTH_BYTES:end], key[end:]


def group_with_slots(key: bytes) -> bytes | None:
    """Group of a row that has a slot; None for the single row of a group.

    >>> group_with_slots(row_key(b"group", b"slot")), group_with_slots(row_key(b"group", b""))
    (b'group', None)
    """
    end = _LENGTH_BYTES + int.from_bytes(key[:_LENGTH_BYTES], "big")
    return key[_LENGTH_BYTES:end] if end < len(key) else None
