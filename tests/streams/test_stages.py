"""Names of topics and of folders with state contain the names of stages, which are those of release 0.1.0."""

from models.places import Places
from models.rules import Rules
from streams.stages import NAMES, STAGES, StageContext
from streams.topics.names import Topics

CONTEXT = StageContext(Topics("app-g1", 4), Places.load(None), Rules.load(None), 1)


def test_stages_keep_their_names() -> None:
    assert NAMES == ("enrollment", "outreach", "inspection", "journey", "attribution", "tally")
    assert tuple(stage(CONTEXT).name for stage in STAGES.values()) == NAMES


def test_topics_keep_their_names() -> None:
    specs = [stage(CONTEXT) for stage in STAGES.values()]
    assert [one.topic for one in specs] == [
        "enrollment",
        "outreach-event",
        "inspection",
        "app-g1-journey",
        "app-g1-member",
        "app-g1-tally",
    ]
    assert [one.changelog for one in specs] == [f"app-g1-{name}-changelog" for name in NAMES]
