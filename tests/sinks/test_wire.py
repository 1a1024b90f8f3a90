"""The structs that sinks decode into say what the public classes say."""

from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest
from pydantic import BaseModel

from models import events, statement
from models.intake import refusal
from models.tables.columns import wire_text
from models.tables.views import CHANNELS
from sinks import wire
from streams.attribution.credit import MODELS
from tests.sinks import records

PAIRS = [
    (wire.Line, statement.Line),
    (wire.Statement, statement.Statement),
    (wire.CountRow, statement.CountRow),
    (wire.LiveCount, statement.LiveCount),
    (wire.Rejected, refusal.Rejected),
]
EVENTS = [
    (wire.OutreachEvent, events.OutreachEvent),
    (wire.Inspection, events.Inspection),
    (wire.EventHead, events.Enrollment),
]


@pytest.mark.parametrize(("struct", "public"), PAIRS)
def test_a_record_has_the_same_fields_in_both(struct: type[msgspec.Struct], public: type[BaseModel]) -> None:
    assert set(struct.__struct_fields__) == set(public.model_fields)


@pytest.mark.parametrize(("struct", "public"), EVENTS)
def test_an_event_is_read_by_names_that_it_has(
    struct: type[msgspec.Struct], public: type[events.Event]
) -> None:
    assert set(struct.__struct_fields__) <= set(events.wire_names(public))


def test_credit_is_read_for_every_model() -> None:
    assert wire.Credit.__struct_fields__ == tuple(MODELS) == get_args(statement.Model)


def test_credit_of_an_unknown_model_is_no_silent_loss() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `shapley`"):
        wire.decode_statement(records.statement().replace(b'"first"', b'"shapley"'))


def test_every_channel_that_an_event_can_have_is_named_by_the_campaign_view() -> None:
    assert sorted([*get_args(events.Channel), "inspection"]) == list(CHANNELS)


def test_an_instant_reads_the_same_from_both_databases() -> None:
    assert wire_text("2017-09-01 02:00:00.000001") == "2017-09-01T02:00:00.000001Z"
    assert wire_text(datetime(2017, 9, 1, 2, 0, 0, 1, tzinfo=UTC)) == "2017-09-01T02:00:00.000001Z"
