"""The settings of the stream's application, which no environment variable may change."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faust
import pytest
from mode import CrashingSupervisor

from models.places import Places
from models.rules import Rules
from streams.app import SettingsError, WorkerConfig, build, check_settings
from streams.engine.kafka.connection import Connection
from streams.stages import NAMES, StageContext
from streams.topics.names import TopicDurability, Topics


def with_app(data_dir: Path, look: Callable[[Any], None]) -> None:
    async def run() -> None:
        context = StageContext(Topics("stream-g1", 6), Places.load(None), Rules.load(None), 1)
        app, _ = build(
            WorkerConfig(Connection("127.0.0.1:1"), context, TopicDurability(), data_dir, 8.0, 60.0)
        )
        look(app)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("id", "stream-g1"),
        ("processing_guarantee", faust.types.enums.ProcessingGuarantee.AT_LEAST_ONCE),
        ("agent_supervisor", CrashingSupervisor),
        ("stream_wait_empty", True),
        ("topic_disable_leader", True),
        ("topic_allow_declare", False),
        ("topic_partitions", 6),
        ("producer_acks", -1),
        ("producer_threaded", False),
        ("consumer_auto_offset_reset", "earliest"),
        ("cython_optimizations", True),
        ("recovery_consistency_check", True),
        ("web_enabled", False),
        ("broker_session_timeout", 8.0),
        ("broker_max_poll_interval", 86_400.0),
        ("stream_recovery_delay", 0.0),
    ],
)
def test_the_application_has_its_settings(tmp_path: Path, setting: str, value: object) -> None:
    with_app(tmp_path, lambda app: _same(getattr(app.conf, setting), value))


def _same(found: object, wanted: object) -> None:
    assert found == wanted


def test_heartbeats_and_commits_are_frequent_enough(tmp_path: Path) -> None:
    def look(app: Any) -> None:
        assert app.conf.broker_heartbeat_interval * 3 <= app.conf.broker_session_timeout
        assert app.conf.broker_commit_interval <= 1.0

    with_app(tmp_path, look)


def test_every_agent_has_a_table_with_as_many_partitions_as_its_topic(tmp_path: Path) -> None:
    def look(app: Any) -> None:
        assert tuple(app.agents) == NAMES
        assert set(app.tables) == set(NAMES)
        assert {table.partitions for table in app.tables.values()} == {6}
        assert {table.changelog_topic_name for table in app.tables.values()} == {
            Topics("stream-g1", 6).changelog(name) for name in NAMES
        }

    with_app(tmp_path, look)


def test_the_data_folder_is_created_with_its_parents(tmp_path: Path) -> None:
    with_app(tmp_path / "a" / "b", lambda _app: None)
    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize(
    "name", ["PROCESSING_GUARANTEE", "WEB_PORT", "BROKER_URL", "APP_VERSION", "APP_ENV_PREFIX", "NO_CYTHON"]
)
def test_a_variable_that_faust_would_obey_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsError, match=name):
        with_app(tmp_path, lambda _app: None)


def test_every_variable_that_faust_would_obey_is_refused() -> None:
    for setting in faust.Settings.SETTINGS.values():
        if setting.env_name is not None:
            with pytest.raises(SettingsError, match=setting.env_name):
                check_settings({setting.env_name: ""})


def test_the_refusal_names_all_of_them_and_what_to_do() -> None:
    with pytest.raises(SettingsError) as refused:
        check_settings({"WEB_PORT": "80", "PROCESSING_GUARANTEE": "exactly_once", "HOME": "/root"})
    assert str(refused.value) == (
        "The environment sets PROCESSING_GUARANTEE, WEB_PORT, which Faust would put before the settings that "
        "keep the stream exact. Start without: env -u PROCESSING_GUARANTEE -u WEB_PORT sambung ... "
        "(what may be set begins with SAMBUNG_)."
    )


def test_an_environment_without_them_is_accepted() -> None:
    check_settings({"HOME": "/root", "SAMBUNG_PARTITIONS": "4", "TZ": "Asia/Jakarta", "DEBUG": "1"})
