"""Outputs of the stage of members between two checkpoints."""

from collections.abc import Iterator
from typing import Any

import msgspec

from models.touches import Touch
from streams.attribution.attribution import MEMBER
from streams.attribution.messages import ACTIVE, Answer, Enrolled, encode
from streams.engine.rows import CachedRows
from streams.step import Out, Record
from streams.topics.names import CREDIT
from tests.simulation.disk import SimStore
from tests.simulation.stages import CONTEXT, SPECS

PERSON = "person:1"
T_US = 1_504_231_200_000_000


class Members:
    """One partition of the stage; each record gets the next offset."""

    def __init__(self) -> None:
        spec = SPECS["attribution"]
        self.rows: CachedRows[Any] = CachedRows(SimStore(), spec.codec)
        self._fold = spec.fold(self.rows, 0)
        self._offset = 0

    def receive(self, member: str, message: Enrolled | Answer) -> None:
        record = Record(self._offset, 1_504_231_200_000, member.encode(), encode(message))
        self._offset += 1
        assert self._fold.step(record) is None

    def outputs(self) -> tuple[list[dict[str, Any]], list[Out]]:
        """Statements and sums since the last call, as a checkpoint would send them."""
        outs = self._fold.outputs()
        sums = [out for out in outs if out.topic == CONTEXT.topics.tally]
        assert outs[: len(sums)] == sums  # before the statements that they count
        return [msgspec.json.decode(out.value) for out in outs if out.topic == CREDIT], sums


def enrolled(version: int, *subjects: str, event_id: str = "e") -> Enrolled:
    return Enrolled(event_id, version, ACTIVE, "worker", None, subjects, "34.04.07", T_US, None)


def answer(version: int, enrollment_version: int, campaign: str) -> Answer:
    touch = Touch(T_US, "attendance", "t", "outreach-event", campaign, "wayang", "persuasion")
    return Answer("e", PERSON, version, enrollment_version, (touch,))


def campaigns(statements: list[dict[str, Any]]) -> Iterator[str]:
    return (line["campaign_id"] for statement in statements for line in statement["lines"])


def test_a_member_is_not_stated_before_every_subject_has_answered() -> None:
    members = Members()
    members.receive("w1", enrolled(0, PERSON))
    assert members.outputs() == ([], [])
    members.receive("w1", answer(0, 0, "a"))
    assert list(campaigns(members.outputs()[0])) == ["a"]


def test_an_answer_to_another_version_of_the_enrollment_does_not_count() -> None:
    """It was made for another instant, maybe for another person; the last statement holds until then."""
    members = Members()
    members.receive("w1", enrolled(0, PERSON))
    members.receive("w1", answer(0, 0, "a"))
    members.outputs()
    members.receive("w1", enrolled(5, PERSON))
    assert members.outputs() == ([], [])
    members.receive("w1", answer(1, 0, "b"))
    assert members.outputs() == ([], [])
    members.receive("w1", answer(2, 5, "c"))
    assert list(campaigns(members.outputs()[0])) == ["c"]


def test_a_checkpoint_sends_a_member_once_and_a_cell_once() -> None:
    members = Members()
    for number in range(3):
        members.receive(f"w{number}", enrolled(0))
        members.receive(f"w{number}", enrolled(1, event_id="twice"))
    statements, sums = members.outputs()
    assert [one["member_id"] for one in statements] == ["w0", "w1", "w2"]
    assert {one["duplicates"] for one in statements} == {1}
    assert [out.key for out in sums] == [b"organic"]


def test_a_statement_is_not_sent_again() -> None:
    members = Members()
    members.receive("w1", enrolled(0))
    members.outputs()
    members.receive("w1", enrolled(0))
    assert members.outputs() == ([], [])
    assert members.rows.group(b"w1")[MEMBER].version == 0
