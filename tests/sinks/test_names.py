"""Names that are in several places agree: fields of events, credit models, channels."""

from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest

from models import events
from models.statement import MODEL_NAMES, decode_statement
from models.tables.columns import wire_text
from models.tables.views import CHANNELS
from sinks.events import decide
from streams.attribution.credit import MODELS
from tests.sinks import records

EVENTS = [
    (decide.OutreachEvent, events.OutreachEvent),
    (decide.Inspection, events.Inspection),
    (decide.EventHead, events.Enrollment),
]


@pytest.mark.parametrize(("struct", "public"), EVENTS)
def test_an_event_is_read_by_names_that_it_has(
    struct: type[msgspec.Struct], public: type[events.Event]
) -> None:
    assert set(struct.__struct_fields__) <= set(events.wire_names(public))


def test_a_statement_has_a_field_for_the_credit_of_every_model() -> None:
    assert tuple(MODELS) == MODEL_NAMES


def test_credit_of_an_unknown_model_is_no_silent_loss() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `shapley`"):
        decode_statement(records.statement().replace(b'"first"', b'"shapley"'))


def test_every_channel_that_an_event_can_have_is_named_by_the_campaign_view() -> None:
    assert sorted([*get_args(events.Channel), "inspection"]) == list(CHANNELS)


def test_an_instant_reads_the_same_from_both_databases() -> None:
    assert wire_text("2017-09-01 02:00:00.000001") == "2017-09-01T02:00:00.000001Z"
    assert wire_text(datetime(2017, 9, 1, 2, 0, 0, 1, tzinfo=UTC)) == "2017-09-01T02:00:00.000001Z"
