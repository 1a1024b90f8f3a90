"""Field teams that send to a gateway and note what was acknowledged, and what must have become of it."""

import http.client
import json
import threading
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from time import sleep
from typing import Any, Final, Self

from models.intake.masking import mask
from tests.end_to_end.office import ANSWER_S
from tests.end_to_end.runs import tables_for
from tests.faults.verdicts import compared
from tests.stores import Rows, run

AGAIN_S: Final = 0.1
BLANKS: Final = b" \t\r\n"
NOT_REWRITTEN: Final = "reason <> 'not_json'"
"""Refused records with the bytes that were sent: of what is no JSON, more may be masked."""


class Teams:
    """Threads that send lines in batches, each again until it is answered, and pause; `stop` waits for it.

    What is answered is never sent again: if it were lost, nothing would bring it back.
    """

    def __init__(
        self, port: int, token: str, lines: Iterator[bytes], count: int = 3, pause_s: float = 0.0
    ) -> None:
        self._port = port
        self._token = token
        self._lines = lines
        self._pause_s = pause_s
        self._taking = threading.Lock()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._work) for _ in range(count)]
        self._failed: list[BaseException] = []
        self.answered: list[bytes] = []
        """Lines that were accepted, or refused, for good."""
        self.refused: set[bytes] = set()
        """Those of them that were refused, and are JSON."""
        self.cut_off = 0
        """Requests without an answer."""
        self.refused_for_now = 0
        """Requests that were answered with: send it again."""

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._failed:
            raise self._failed[0]

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        try:
            while not self._over.wait(self._pause_s):
                with self._taking:
                    lines = list(islice(self._lines, 25))
                if not lines:
                    return
                self._send(lines)
        except BaseException as error:  # noqa: BLE001  raised where the block ends
            self._failed.append(error)

    def _send(self, lines: list[bytes]) -> None:
        events = [event for line in lines if (event := line.strip(BLANKS))]  # as the gateway takes them
        while (results := self._results(b"\n".join(lines))) is None:
            sleep(AGAIN_S)
        with self._taking:
            self.answered += events
            refused = (one for one in results if one["result"] == "refused" and one["reason"] != "not_json")
            self.refused |= {events[one["index"]] for one in refused}

    def _results(self, body: bytes) -> list[dict[str, Any]] | None:
        """None where it is to be sent again."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_S)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/x-ndjson"}
        try:
            connection.request("POST", "/v1/events", body, headers)
            with connection.getresponse() as response:
                text = response.read()
        except (OSError, http.client.HTTPException):
            self.cut_off += 1
            return None
        finally:
            connection.close()
        if response.status in {429, 503}:
            self.refused_for_now += 1
            return None
        assert response.status in {200, 207, 422}, (response.status, text[:300])
        results: list[dict[str, Any]] = json.loads(text)["results"]
        return results


def check_all_is_counted_once(teams: Teams, database: str) -> None:
    """Every row is the oracle's for what was answered, and each refused event, of the key `team`, is kept."""
    wrong = compared(tables_for(teams.answered), database)
    assert not wrong.problems, "\n".join(wrong.problems)
    assert (wrong.lost, wrong.doubled) == (0, 0)
    kept = run(database, f"SELECT key FROM rejected WHERE file = 'gateway/team' AND {NOT_REWRITTEN}")
    assert sorted(key for (key,) in kept) == sorted(map(_key_of, teams.refused))
    assert _doubled_refusals(database) == []


def _key_of(line: bytes) -> str:
    """Of the record of a refused event."""
    return mask(sha256(mask(line)).hexdigest().encode()).decode()


def _doubled_refusals(database: str) -> Rows:
    """Records that are refused twice for one reason, of one origin."""
    columns = 'reason, topic, "partition", "offset", file, key, value'
    return run(database, f"SELECT {columns}, count(*) FROM rejected GROUP BY {columns} HAVING count(*) > 1")
