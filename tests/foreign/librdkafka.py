"""librdkafka takes a script's steps: what clients for C, C++, Go, .NET, PHP, Python, Ruby, Rust are made of.

By its interface for C, from the library in the wheel of confluent-kafka: that package itself cannot name a
header in bytes that are no UTF-8, as programs in C can.
"""

import ctypes
import re
from collections.abc import Iterable
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    Union,
    c_char_p,
    c_int,
    c_int32,
    c_int64,
    c_size_t,
    c_void_p,
)
from importlib.metadata import files
from time import sleep
from typing import Any, Final

from tests.foreign.script import Place, Record, Step

_LIBRARY: Final = re.compile(r"librdkafka.*(\.so|\.dylib)")
ANSWER_MS: Final = 60_000
LARGEST: Final = ("message.max.bytes", str(4 << 20))
_PRODUCER, _OK, _COPY = 0, 0, 2
_END, _TOPIC, _PARTITION, _VALUE, _KEY, _OPAQUE, _FLAGS, _TIMESTAMP, _HEADER = 0, 1, 3, 4, 5, 6, 7, 8, 9


class _Message(Structure):
    _fields_ = [
        ("error", c_int),
        ("topic", c_void_p),
        ("partition", c_int32),
        ("value", c_void_p),
        ("value_bytes", c_size_t),
        ("key", c_void_p),
        ("key_bytes", c_size_t),
        ("offset", c_int64),
        ("opaque", c_void_p),
    ]


class _Bytes(Structure):
    _fields_ = [("data", c_char_p), ("size", c_size_t)]


class _Header(Structure):
    _fields_ = [("name", c_char_p), ("data", c_char_p), ("size", c_size_t)]


class _Value(Union):
    _fields_ = [
        ("text", c_char_p),
        ("number", c_int),
        ("partition", c_int32),
        ("long", c_int64),
        ("bytes", _Bytes),
        ("header", _Header),
        ("pointer", c_void_p),
        ("room", ctypes.c_char * 64),
    ]


class _Argument(Structure):
    """One of a record's parts, as `rd_kafka_produceva` takes them."""

    _fields_ = [("kind", c_int), ("value", _Value)]


_Delivered = CFUNCTYPE(None, c_void_p, POINTER(_Message), c_void_p)


def _library() -> Any:
    (path,) = [one for one in files("confluent-kafka") or () if _LIBRARY.match(one.name)]
    library: Any = ctypes.CDLL(str(path.locate()))
    for name in ("conf_new", "new", "init_transactions", "begin_transaction", "produceva"):
        getattr(library, f"rd_kafka_{name}").restype = c_void_p
    for name in ("commit_transaction", "abort_transaction"):
        getattr(library, f"rd_kafka_{name}").restype = c_void_p
    for name in ("error_string", "topic_name", "err2str"):
        getattr(library, f"rd_kafka_{name}").restype = c_char_p
    return library


class Client:
    """Takes steps; `places` are those of the records that the broker has acknowledged, by number."""

    def __init__(self, broker: str) -> None:
        self.places: dict[int, Place] = {}
        self._broker = broker
        self._library = _library()
        self._producers: dict[str, c_void_p] = {}
        self._failed: list[str] = []
        self._delivered = _Delivered(self._note)

    def take(self, steps: Iterable[Step]) -> dict[int, Place]:
        try:
            for step in steps:
                self._take(step)
            return self.places
        finally:
            for name in list(self._producers):
                self._close(name)

    def _take(self, step: Step) -> None:
        if step.verb == "wait":
            sleep(int(step.producer) / 1_000)
        elif step.verb == "open":
            self._open(step.producer, dict(step.settings))
        elif step.verb == "close":
            self._close(step.producer)
        elif step.record is not None:
            self._send(self._producers[step.producer], step.record)
        else:
            self._command(step.verb, self._producers[step.producer])

    def _open(self, name: str, settings: dict[str, str]) -> None:
        library, why = self._library, ctypes.create_string_buffer(512)
        configuration = c_void_p(library.rd_kafka_conf_new())
        given = dict([("bootstrap.servers", self._broker), ("log_level", "0"), LARGEST]) | settings
        for key, value in given.items():
            code = library.rd_kafka_conf_set(configuration, key.encode(), value.encode(), why, len(why))
            assert code == _OK, why.value
        library.rd_kafka_conf_set_dr_msg_cb(configuration, self._delivered)
        made = library.rd_kafka_new(_PRODUCER, configuration, why, len(why))
        assert made, why.value
        self._producers[name] = c_void_p(made)
        if "transactional.id" in settings:
            self._check(library.rd_kafka_init_transactions(self._producers[name], ANSWER_MS))

    def _command(self, verb: str, producer: c_void_p) -> None:
        library = self._library
        if verb == "begin":
            self._check(library.rd_kafka_begin_transaction(producer))
        elif verb == "flush":
            assert library.rd_kafka_flush(producer, ANSWER_MS) == _OK
        else:
            ending = {
                "commit": library.rd_kafka_commit_transaction,
                "abort": library.rd_kafka_abort_transaction,
            }
            self._check(ending[verb](producer, ANSWER_MS))
        assert not self._failed, self._failed[:3]

    def _send(self, producer: c_void_p, record: Record) -> None:
        arguments = list(_arguments(record))
        array = (_Argument * len(arguments))(*arguments)
        self._check(self._library.rd_kafka_produceva(producer, array, len(arguments)))
        self._library.rd_kafka_poll(producer, 0)

    def _close(self, name: str) -> None:
        self._library.rd_kafka_destroy(self._producers.pop(name))

    def _note(self, _: int, message: Any, __: int) -> None:
        report = message.contents
        if report.error:
            self._failed.append(self._library.rd_kafka_err2str(report.error).decode())
        else:
            topic = self._library.rd_kafka_topic_name(c_void_p(report.topic)).decode()
            self.places[report.opaque] = (topic, report.partition, report.offset)

    def _check(self, error: int | None) -> None:
        assert not error, self._library.rd_kafka_error_string(c_void_p(error)).decode()


def _arguments(record: Record) -> Iterable[_Argument]:
    yield _Argument(_TOPIC, _Value(text=record.topic.encode()))
    if record.partition is not None:
        yield _Argument(_PARTITION, _Value(partition=record.partition))
    if record.timestamp_ms is not None:
        yield _Argument(_TIMESTAMP, _Value(long=record.timestamp_ms))
    yield _Argument(_KEY, _Value(bytes=_bytes(record.key)))
    yield _Argument(_VALUE, _Value(bytes=_bytes(record.value)))
    yield _Argument(_OPAQUE, _Value(pointer=record.number))
    yield _Argument(_FLAGS, _Value(number=_COPY))
    for name, data in record.headers:
        yield _Argument(_HEADER, _Value(header=_Header(name, data, len(data or b""))))


def _bytes(data: bytes | None) -> _Bytes:
    return _Bytes(data, len(data or b""))
