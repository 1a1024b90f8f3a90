"""Refused records as they are shown and sent again, whatever a client put into them."""

import msgspec

from models.intake.refusal import RawRecord, Reason, Refusal, Rejected, rejected_record
from models.places import Places
from sambung.cli.refused_words import in_full
from sambung.resending import records_to_resend
from sinks.refused import Item, Outcome, _event_in
from sinks.rejected.decide import read_refused
from streams.attribution.origin import original_of
from streams.step import Headers, Record
from tests.builders import enrollment, line

PLACES = Places.load()
EVENT = enrollment()
HEADERS: Headers = ((b"\xff", None), ("bell\x07", b"\xfe"), ("null", None), ("sambung-origin", b"x"))


def row(key: bytes | None = b"k", headers: Headers = HEADERS) -> Rejected:
    refusal = Refusal(Reason.UNKNOWN_PLACE, ("the place",))
    return read_refused(rejected_record(refusal, ("enrollment", 3, 40), RawRecord(key, line(EVENT), headers)))


def ready(record: Rejected) -> Item:
    return Item("1", Outcome.READY, record, _event_in(record, PLACES))


def test_a_record_is_sent_again_with_its_original_key_and_headers() -> None:
    for key in (b"k", b"\xff\0", b"", None):
        ((((own_key, value, headers),)),) = records_to_resend([ready(row(key))], 8).values()
        assert (own_key, value) == (EVENT["event_id"].encode(), line(EVENT))
        first = original_of(Record(0, 0, own_key, value, headers), ("enrollment", 1, 99))
        assert first == (key, HEADERS, ("enrollment", 3, 40))


def test_names_of_headers_are_shown_so_that_they_do_nothing_to_a_terminal() -> None:
    shown = [text for text in in_full(ready(row())) if text.startswith("header ")]
    assert shown[:2] == ["header b'\\xff': None", "header 'bell\\x07': b'\\xfe'"]
    assert all(text.isprintable() for text in shown)


def test_a_row_of_a_topic_that_there_is_not_holds_no_event() -> None:
    """Release 0.1.0 believed any topic name in a header."""
    assert _event_in(msgspec.structs.replace(row(), topic="elsewhere"), PLACES) is None
