"""National ids, thousands of them wherever a client might put one, and not one is left behind.

Here with the journal for a broker; tests/end_to_end/test_national_ids.py has the rest of the stream.
"""

import base64
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote_from_bytes

import httpx
import pytest

from tests.api.serving.asking import answers
from tests.api.serving.attempts import Ids, attempts
from tests.api.serving.conftest import PERSON_KEY
from tests.api.serving.served import served
from tests.api.serving.traces import of_answer, of_folder, traces
from tests.thorough import tries

COUNT: Final = tries(10_000)


def test_none_of_thousands_of_national_ids_is_left_anywhere(tmp_path: Path) -> None:
    ids = Ids()
    settings = {"SAMBUNG_PERSON_KEY": PERSON_KEY, "SAMBUNG_GATEWAY_REQUESTS_PER_MINUTE": "0"}
    with served(tmp_path, settings=settings) as of:
        told = list(answers(of.port, attempts(ids, of.token, COUNT)))
        metrics = httpx.get(f"{of.url}/metrics")
        left = [
            *of_folder(tmp_path),
            ("metrics", metrics.content),
            ("metrics", repr(metrics.headers).encode()),
        ]
    left += [*of_folder(tmp_path), *(of_answer(number, one) for number, one in enumerate(told))]
    assert len(ids.issued) >= COUNT
    assert traces(ids, left) == []
    statuses = Counter(re.findall(rb"^HTTP/1.1 ([0-9]{3})", one)[0] if one else b"" for one in told)
    assert statuses[b"500"] == 0
    assert {b"207", b"400", b"401", b"404", b"415"} <= set(statuses), "requests that were read, and refused"


@pytest.mark.parametrize(
    "hide",
    [
        lambda made: b"x" + made + b"y",
        lambda made: b"0" + made,
        lambda made: made.decode().encode("utf-16-le"),
        lambda made: base64.b64encode(b"NIK: " + made),
        lambda made: b'{"nik": "' + b"".join(b"\\u00%x" % digit for digit in made) + b'"}',
        lambda made: quote_from_bytes(made).replace("3", "%33").encode(),
    ],
    ids=["in words", "in a number", "UTF-16", "base64", "escaped", "in an address"],
)
def test_a_trace_is_found(hide: Callable[[bytes], bytes]) -> None:
    ids = Ids()
    assert traces(ids, [("here", hide(ids.next().encode()))]) == ["here: 1 ids"]


def test_an_id_in_groups_is_found_where_only_its_field_may_have_had_it() -> None:
    ids = Ids()
    assert traces(ids, [("here", f"a {ids.in_groups()} b".encode())]) == ["here: 1 ids"]
