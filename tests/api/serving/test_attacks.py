"""Clients that mean harm: memory stays bounded, and others are served meanwhile."""

import gzip
import resource
import socket
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from time import monotonic
from typing import Final

import httpx
import pytest

from tests.api.gateways import bearer
from tests.api.serving.served import Served, answer_to
from tests.builders import enrollment, line

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")

MIB: Final = 1024 * 1024
GOOD: Final = line(enrollment())


def is_served(of: Served) -> bool:
    """In the time that an app would wait."""
    return httpx.post(
        f"{of.url}/v1/events",
        content=GOOD,
        headers=bearer(of.token) | {"content-type": "application/json"},
        timeout=5,
    ).is_success


def test_a_gzip_bomb_is_never_in_memory(of: Served) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b" " * MIB) for _ in range(500)) + packer.flush()
    before = of.resident_mib()
    answers = {of.post(bomb, content_encoding="gzip").status_code for _ in range(3)}
    assert answers == {413}
    assert of.resident_mib() - before < 50
    assert is_served(of)


def test_a_gzip_of_many_empty_members_is_cut_off(of: Served) -> None:
    answer = of.post(gzip.compress(b"") * 270_000, content_encoding="gzip")
    assert (answer.status_code, answer.json()["reason"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("size", "status"), [(5 * MIB, 200), (5 * MIB + 1, 413)], ids=["5 MiB", "5 MiB and a byte"]
)
def test_a_body_is_taken_up_to_its_limit(of: Served, size: int, status: int) -> None:
    assert of.post(GOOD + b" " * (size - len(GOOD))).status_code == status
    packed = gzip.compress(GOOD + b" " * (size - len(GOOD)))
    assert of.post(packed, content_encoding="gzip").status_code == status


def test_a_thousand_events_are_taken_and_no_more(of: Served) -> None:
    assert of.post(b"\n".join([b"{}"] * 1_000)).status_code == 422
    answer = of.post(b"\n".join([b"{}"] * 1_001))
    assert answer.status_code == 413
    assert "1,000 events and 5 MiB" in answer.json()["detail"]


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"nik":'])
def test_deep_nesting_is_refused_at_once(of: Served, opening: bytes) -> None:
    before = monotonic()
    assert of.post(opening * 10_000).status_code == 422
    assert of.post(b"[" + opening * 10_000, content_type="application/json").status_code == 400
    assert monotonic() - before < 5
    assert is_served(of)


def test_an_event_that_costs_much_holds_up_no_other(of: Served) -> None:
    costly = b'{"type": "enrollment", "x": [' + b"{}," * (MIB // 3 - 20) + b"{}]}"
    with ThreadPoolExecutor() as others:
        began = monotonic()
        large = others.submit(of.post, costly)
        waited_s = []
        while not large.done():
            asked = monotonic()
            assert is_served(of)
            waited_s.append(monotonic() - asked)
        took_s = monotonic() - began
    assert large.result().status_code == 422
    assert len(waited_s) > 2
    assert max(waited_s) < 0.6 * took_s


def test_slow_bodies_hold_no_room_and_are_cut_off(of: Served) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(of.connect()) for _ in range(50)]
        for one in slow:
            one.sendall(of.head("Content-Length: 5000000") + b"{")
        assert is_served(of)
        answers = [answer_to(one) for one in slow]
    assert {answer.split(b"\r\n")[0] for answer in answers} == {b"HTTP/1.1 408 Request Timeout"}


def test_requests_that_do_not_fit_are_told_to_wait(of: Served) -> None:
    with ExitStack() as stack:
        open_ones = [stack.enter_context(of.connect()) for _ in range(6)]
        for one in open_ones:
            one.sendall(of.head(f"Content-Length: {5 * MIB}"))
            one.sendall(b" " * (4 * MIB))
        answer = of.post(b" " * (4 * MIB) + GOOD)
        assert (answer.status_code, answer.json()["reason"]) == (429, "no_room")
        assert int(answer.headers["retry-after"]) > 0
    assert of.resident_mib() < 400
    assert is_served(of)


def test_ten_thousand_idle_connections_leave_room_for_others(of: Served) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(10_000, hard - 500)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    before = of.resident_mib()
    try:
        with ExitStack() as stack:
            idle = [stack.enter_context(of.connect()) for _ in range(wanted)]
            for one in idle[::2]:
                one.sendall(b"POST /v1/events HTTP/1.1\r\nHost:")
            assert is_served(of)
            assert of.resident_mib() - before < 300
            assert all(answer_to(one) == b"" for one in idle), "each is cut off"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert is_served(of)


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\n" + b"X-Long: " + b"a" * 100_000,
        b"GET /" + b"a" * 100_000,
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000,
    ],
    ids=["a header", "an address", "many headers"],
)
def test_headers_without_end_are_cut_off(of: Served, head: bytes) -> None:
    with of.connect() as one:
        one.sendall(head)
        assert answer_to(one).startswith(b"HTTP/1.1 431") or answer_to(one) == b""


def test_no_http_is_answered_and_cut_off(of: Served) -> None:
    with of.connect() as one:
        one.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        assert answer_to(one).startswith(b"HTTP/1.1 400")


def test_requests_that_come_together_are_answered_in_order(of: Served) -> None:
    with of.connect() as one:
        one.sendall((of.head(f"Content-Length: {len(GOOD)}") + GOOD) * 20)
        received = b""
        while received.count(b"HTTP/1.1 200 OK") < 20:
            part = one.recv(65_536)
            assert part
            received += part


def test_half_a_request_whose_client_goes_leaves_nothing(of: Served) -> None:
    for _ in range(20):
        with of.connect() as one:
            one.sendall(of.head("Content-Length: 1000") + b"{")
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    assert is_served(of)
    assert b'"level": "error"' not in of.log.read_bytes()


def test_who_reads_no_answer_is_cut_off(of: Served) -> None:
    bad = b"\n".join([b'{"x": 1}'] * 1_000)
    with of.connect() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        one.settimeout(60)
        assert is_cut_off(one, of.head(f"Content-Length: {len(bad)}") + bad)
    assert is_served(of)


def is_cut_off(connection: socket.socket, request: bytes) -> bool:
    """While it sends the same again and again."""
    try:
        for _ in range(10_000):
            connection.sendall(request)
    except ConnectionError:
        return True
    return False
