"""The views of credit against the applied statements: one row per credit of each line, no other."""

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models.statement import MODEL_NAMES, Line
from models.tables.catalog import VIEWS
from models.tables.columns import table_of
from models.tables.lines import LineColumns
from models.tables.views import CreditLineCurrentRow
from tests.sinks.cases import Kind, SinkCase
from tests.sinks.memory import MemorySink
from tests.sinks.records import MODELS, NOW_US, ORIGIN, batch, cancelled, gone, line, statement
from tests.stores import columns, opened, run
from tests.thorough import tries

credits_ = st.dictionaries(st.sampled_from(MODELS), st.integers(1, 1_000_000))
"""Of a line; models may be absent, even all of them."""
MEMBERS = ("m1", "m2")
HISTORY = ("credit", "credit_current", "statement", "member")


@st.composite
def statements_of(draw: st.DrawFn, member: str, offset: int) -> bytes:
    if draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from([cancelled, gone]))(member, offset)
    shares = draw(st.lists(credits_, max_size=3))
    lines = tuple(_line(number, credit) for number, credit in enumerate(shares))
    return statement(member, offset, lines=lines, kind=draw(st.sampled_from(["worker", "company"])))


def _line(number: int, credit: dict[str, int]) -> Line:
    if number == 0:
        return line("a", credit=credit)
    return line("organic", number=number, touch_id=None, touched_at=None, credit=credit)


@st.composite
def histories(draw: st.DrawFn) -> list[bytes]:
    return [
        draw(statements_of(member, offset))
        for member in MEMBERS
        for offset in range(1, draw(st.integers(1, 4)))
    ]


@settings(max_examples=tries(60), deadline=None)
@given(statements=histories())
def test_the_views_show_each_credit_of_each_line_once(database: Kind, statements: list[bytes]) -> None:
    in_memory = SinkCase(MemorySink())
    in_memory.sink.open_generation(ORIGIN, NOW_US)
    in_memory.apply(batch(*statements))
    with database.opened() as case:
        case.apply(batch(*statements))
        stored, lines = case.all_rows(), _current_lines(case.url)
    expected = in_memory.all_rows()
    assert {name: stored[name] for name in HISTORY} == {name: expected[name] for name in HISTORY}
    assert isinstance(in_memory.sink, MemorySink)
    assert lines == {
        (one.member_id, each.line, each.campaign_id, one.kind, *(_credit(each, model) for model in MODELS))
        for one, each in in_memory.sink.credit_current()
        if any(_credit(each, model) for model in MODELS)
    }


def _credit(one: Line, model: str) -> int | None:
    credit: int | None = getattr(one.credit, model)
    return credit


def _current_lines(url: str) -> set[tuple[object, ...]]:
    row = table_of(CreditLineCurrentRow).c
    query = select(row.member_id, row.line, row.campaign_id, row.kind, *(row[model] for model in MODELS))
    return set(run(url, str(query)))


def test_a_line_has_a_column_for_every_model() -> None:
    assert tuple(LineColumns.model_fields)[-len(MODEL_NAMES) :] == MODEL_NAMES


def test_a_view_is_made_of_the_columns_that_its_class_names(sql_case: SinkCase) -> None:
    with opened(sql_case.url) as connection:
        for name, view in VIEWS.items():
            assert columns(connection, name) == [column.name for column in view.columns]
