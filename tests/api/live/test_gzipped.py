"""A stream in gzip is read as it comes, and whole."""

import gzip
import zlib

import pytest

from api.live.gzipped import Gzipped

TEXTS = (
    b"retry: 2000\n",
    b"event: part\ndata: one\n\n" * 2_000,
    b"event: part\ndata: one\n\n" * 2_000,
    b":\n",
)


def test_whatever_was_added_can_be_read_at_once() -> None:
    stream, reader = Gzipped(), zlib.decompressobj(zlib.MAX_WBITS | 16)
    for text in TEXTS:
        assert reader.decompress(stream.add(text)) == text


@pytest.mark.parametrize("number", range(len(TEXTS) + 1))
def test_one_that_ended_is_a_whole_file(number: int) -> None:
    stream = Gzipped()
    sent = b"".join([*map(stream.add, TEXTS[:number]), stream.end()])
    assert gzip.decompress(sent) == b"".join(TEXTS[:number])


def test_readers_share_what_was_compressed() -> None:
    one, other = Gzipped(), Gzipped()
    for stream in (one, other):
        stream.add(b"begin")
    assert one.add(TEXTS[1]) is other.add(TEXTS[1])
