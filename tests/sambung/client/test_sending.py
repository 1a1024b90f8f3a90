"""What the sender does about each fault of network and gateway."""

import time
from pathlib import Path

import pytest

from sambung.client import GatewayAddress, Outbox, PersonKey
from sambung.client.box_file import only_sender
from sambung.client.gateway import AddressError
from tests.sambung.client.cases import NIK, NoWait, address, enrollment, filled
from tests.sambung.client.flaky_gateway import TOKEN, Gateway, at_random, in_turn

MINUTE_S = 60.0


@pytest.mark.parametrize("fault", ["503", "429", "500", "502", "504", "408", "cut", "cut-late", "hotel"])
def test_what_passes_is_tried_again(gateway: Gateway, tmp_path: Path, fault: str) -> None:
    gateway.fault = in_turn(fault)
    with filled(tmp_path / "outbox", 10) as outbox:
        clock = NoWait()
        sent = outbox.send(address(gateway, tmp_path), patience_s=MINUTE_S, clock=clock)
        assert sent == (10, 0, 0, "", False)
        assert clock.slept == [1.0]
        assert outbox.empty
    assert (len(gateway.events), gateway.differing) == (10, 0)


def test_without_patience_the_first_fault_ends_it_and_nothing_is_lost(
    gateway: Gateway, tmp_path: Path
) -> None:
    gateway.fault = in_turn("503")
    with filled(tmp_path / "outbox", 3) as outbox:
        sent = outbox.send(address(gateway, tmp_path), clock=NoWait())
        assert (sent.accepted, sent.left, sent.correct_first) == (0, 3, False)
        assert sent.problem == "It cannot take events now (status 503). It says: as asked: 503"
        assert outbox.send(address(gateway, tmp_path)).left == 0


def test_it_waits_as_long_as_the_gateway_asks(gateway: Gateway, tmp_path: Path) -> None:
    gateway.fault, gateway.retry_after = in_turn("429"), "17"
    clock = NoWait()
    with filled(tmp_path / "outbox", 1) as outbox:
        outbox.send(address(gateway, tmp_path), patience_s=MINUTE_S, clock=clock)
    assert clock.slept == [18.0]


def test_waits_grow_and_patience_ends(gateway: Gateway, tmp_path: Path) -> None:
    gateway.fault = lambda: "503"
    clock = NoWait()
    with filled(tmp_path / "outbox", 1) as outbox:
        sent = outbox.send(address(gateway, tmp_path), patience_s=MINUTE_S, clock=clock)
    assert (sent.left, clock.slept) == (1, [1.0, 2.0, 4.0, 8.0, 16.0])


@pytest.mark.parametrize("fault", ["401", "403", "404", "405", "409", "415", "302", "418"])
def test_what_a_person_has_to_correct_stops_it(gateway: Gateway, tmp_path: Path, fault: str) -> None:
    gateway.fault = in_turn(fault)
    with filled(tmp_path / "outbox", 3) as outbox:
        sent = outbox.send(address(gateway, tmp_path), patience_s=MINUTE_S, clock=NoWait())
        assert (sent.accepted, sent.left, sent.correct_first) == (0, 3, True)
        assert f"as asked: {fault}" in sent.problem
        assert outbox.send(address(gateway, tmp_path)).left == 0


def test_a_wrong_key_stops_it_and_is_not_told(gateway: Gateway, tmp_path: Path) -> None:
    wrong = "sb_" + "w" * 43
    with filled(tmp_path / "outbox", 1) as outbox:
        where = address(gateway, tmp_path, token=wrong)
        sent = outbox.send(where, patience_s=MINUTE_S)
    assert sent.correct_first
    assert wrong not in f"{sent}{where!r}"


def test_the_key_is_in_no_address(gateway: Gateway, tmp_path: Path) -> None:
    with filled(tmp_path / "outbox", 1) as outbox:
        outbox.send(address(gateway, tmp_path))
    assert gateway.paths == ["/v1/events"]
    assert gateway.requests[0][1]["Authorization"] == f"Bearer {TOKEN}"


def test_a_batch_that_times_out_is_halved_and_grows_again(gateway: Gateway, tmp_path: Path) -> None:
    gateway.fault = in_turn("hang", "hang", "hang")
    with filled(tmp_path / "outbox", 500) as outbox:
        where = address(gateway, tmp_path, timeout_s=0.2)
        assert outbox.send(where, patience_s=MINUTE_S, clock=NoWait()).left == 0
    sizes = [count for count, _ in gateway.requests]
    assert sizes[:5] == [500, 250, 125, 62, 124]
    assert max(sizes[5:]) > 125


def test_an_app_that_tries_once_now_and_then_gets_through_a_slow_line(
    gateway: Gateway, tmp_path: Path
) -> None:
    gateway.hangs_above = 100
    with filled(tmp_path / "outbox", 500) as outbox:
        where = address(gateway, tmp_path, timeout_s=0.2)
        left = [outbox.send(where, clock=NoWait()).left for _ in range(12)]
    assert left[:3] == [500, 500, 500]
    assert left[-1] == 0


@pytest.mark.parametrize("fault", ["413", "400"])
def test_too_large_a_request_is_halved_at_once(gateway: Gateway, tmp_path: Path, fault: str) -> None:
    gateway.fault = in_turn(fault, fault)
    clock = NoWait()
    with filled(tmp_path / "outbox", 4) as outbox:
        assert outbox.send(address(gateway, tmp_path), clock=clock).accepted == 4
    assert [count for count, _ in gateway.requests] == [4, 2, 1, 1, 2]
    assert clock.slept == []


def test_one_event_that_is_too_large_lies_aside(gateway: Gateway, tmp_path: Path) -> None:
    with filled(tmp_path / "outbox", 2) as outbox:
        outbox.put(enrollment(7, source="s" * 6_000_000))
        outbox.put(enrollment(8))
        assert outbox.send(address(gateway, tmp_path)) == (3, 1, 0, "", False)
        (refused,) = outbox.refused()
        assert (refused.reason, refused.event_id) == ("too_large", enrollment(7)["event_id"])


def test_a_request_stays_below_the_limits_in_bytes(gateway: Gateway, tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox") as outbox:
        outbox.put_all((enrollment(number, source="s" * 1_000_000), "") for number in range(10))
        assert outbox.send(address(gateway, tmp_path)).accepted == 10
    assert [count for count, _ in gateway.requests] == [4, 4, 2]
    assert gateway.requests[0][1]["Content-Encoding"] == "gzip"


def test_an_event_that_the_gateway_fails_of_blocks_no_other(gateway: Gateway, tmp_path: Path) -> None:
    gateway.poison = b"w-3"
    with filled(tmp_path / "outbox", 20) as outbox:
        sent = outbox.send(address(gateway, tmp_path), patience_s=MINUTE_S, clock=NoWait())
        assert (sent.accepted, sent.left) == (19, 1)
    assert len(gateway.events) == 19


def test_events_without_national_ids_do_not_wait_for_those_with_some(
    gateway: Gateway, tmp_path: Path
) -> None:
    gateway.keyless = True
    with filled(tmp_path / "outbox", 3) as outbox:
        outbox.put(enrollment(4, nik=NIK))
        outbox.put(enrollment(5))
        sent = outbox.send(address(gateway, tmp_path), patience_s=MINUTE_S, clock=NoWait())
        assert (sent.accepted, sent.left, sent.correct_first) == (4, 1, False)
        assert "cannot take national ids now" in sent.problem
        gateway.keyless = False
        assert outbox.send(address(gateway, tmp_path)).accepted == 1


def test_refused_for_now_is_sent_another_time(gateway: Gateway, tmp_path: Path) -> None:
    gateway.retry = True
    with Outbox(tmp_path / "outbox") as outbox:
        outbox.put(enrollment(1, place="99.01.01"))
        outbox.put(enrollment(2))
        sent = outbox.send(address(gateway, tmp_path))
        assert (sent.accepted, sent.refused, sent.left) == (1, 0, 1)
        assert outbox.refused() == []


def test_only_one_process_sends(gateway: Gateway, tmp_path: Path) -> None:
    with filled(tmp_path / "outbox", 1) as outbox:
        with only_sender(outbox.path, 0):
            sent = outbox.send(address(gateway, tmp_path))
            assert (sent.left, sent.problem) == (1, "Another process is sending from this outbox.")
            outbox.put(enrollment(2))
        assert outbox.send(address(gateway, tmp_path)).accepted == 2


def test_an_app_that_hashes_compares_the_key_first(gateway: Gateway, tmp_path: Path) -> None:
    key_file = tmp_path / "person.key"
    key_file.write_text("an example of thirty-two bytes..\n")
    key = PersonKey.read(key_file)
    with filled(tmp_path / "outbox", 1) as outbox:
        where = address(gateway, tmp_path, person_key=key)
        sent = outbox.send(where, patience_s=MINUTE_S)
        assert (sent.left, sent.correct_first, gateway.requests) == (1, True, [])
        assert "another key" in sent.problem
        gateway.fingerprint = key.fingerprint
        assert outbox.send(where).accepted == 1
    assert gateway.requests[0][1]["Sambung-Person-Key"] == key.fingerprint
    assert "thirty-two" not in repr(where)


def test_a_short_key_is_none(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("0123456789")
    with pytest.raises(ValueError, match="shorter than 32 bytes"):
        PersonKey.read(tmp_path / "short")


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://gateway.example", "readable to the whole network"),
        ("gateway.example", "is like https://gateway.example"),
        ("https://gateway.example?key=sb_abc", "has no key in it"),
        ("https://sb_abc@gateway.example", "has no key in it"),
        ("ftp://gateway.example", "is like https"),
        ("https://[::1", "is no URL"),
    ],
)
def test_an_address_that_gives_something_away_is_refused(url: str, problem: str) -> None:
    with pytest.raises(AddressError, match=problem) as error:
        GatewayAddress(url, "key")
    assert "sb_abc" not in str(error.value)


def test_plain_http_is_for_this_machine_unless_allowed() -> None:
    for url in ("http://localhost:8080", "http://127.0.0.1:8080/", "http://[::1]:8080", "https://g.example"):
        assert not GatewayAddress(url, "key").url.endswith("/")
    assert GatewayAddress("http://10.0.0.5", "key", plain_http=True).url == "http://10.0.0.5"


@pytest.mark.parametrize("key", ["", "two words", "sb_é"])
def test_a_file_without_a_key_is_told(gateway: Gateway, tmp_path: Path, key: str) -> None:
    with filled(tmp_path / "outbox", 1) as outbox, pytest.raises(AddressError, match="has no key"):
        outbox.send(address(gateway, tmp_path, token=key))


def test_faults_at_random_lose_and_double_nothing(gateway: Gateway, tmp_path: Path) -> None:
    faults = ("503", "429", "500", "502", "cut", "cut-late", "hang", "hang-late", "hotel")
    gateway.fault = at_random(7, 0.5, faults)
    begun = time.monotonic()
    with filled(tmp_path / "outbox", 3_000) as outbox:
        where = address(gateway, tmp_path, timeout_s=0.1)
        sent = outbox.send(where, patience_s=100 * MINUTE_S, clock=NoWait())
        assert (sent.accepted, sent.left, outbox.empty) == (3_000, 0, True)
    assert (len(gateway.events), gateway.differing) == (3_000, 0)
    assert time.monotonic() - begun < MINUTE_S
