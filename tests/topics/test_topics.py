"""Topics on a broker: made once, and refused when they would lose or misplace what must be kept."""

import asyncio

import pytest
from aiokafka.admin import NewTopic

from sambung.broker import embedded_broker
from streams.agents import NAMES
from streams.topics import CREDIT, LIVE_COUNT, PUBLIC_INPUTS, Topics, TopicsError, check, create
from tests.clients import admin_of

pytestmark = pytest.mark.broker


def test_topics_are_created_once_and_then_found() -> None:
    async def scenario(broker: str) -> tuple[list[str], list[str]]:
        topics = Topics("app-g1", 2)
        first = await create(broker, topics, NAMES, 1)
        second = await create(broker, topics, NAMES, 1)
        await check(broker, topics, NAMES)
        return first, second

    with embedded_broker() as broker:
        first, second = asyncio.run(scenario(broker.address))
    assert set(PUBLIC_INPUTS) <= set(first)
    assert {"app-g1-attribution-changelog", CREDIT, LIVE_COUNT} <= set(first)
    assert second == []


def test_a_missing_topic_is_named_with_the_command_that_makes_it() -> None:
    with embedded_broker() as broker, pytest.raises(TopicsError, match="sambung topics create") as refused:
        asyncio.run(check(broker.address, Topics("app-g1", 2), NAMES))
    assert "inspection" in str(refused.value)


def test_another_number_of_partitions_is_refused() -> None:
    async def scenario(broker: str) -> None:
        await create(broker, Topics("app-g1", 2), NAMES, 1)
        await create(broker, Topics("app-g1", 3), NAMES, 1)

    with embedded_broker() as broker, pytest.raises(TopicsError, match=r"needs 3 partitions, but .* has 2"):
        asyncio.run(scenario(broker.address))


def test_a_topic_that_would_be_compacted_by_position_is_refused() -> None:
    async def scenario(broker: str) -> None:
        async with admin_of(broker) as admin:
            policy = {"cleanup.policy": "compact"}
            await admin.create_topics([NewTopic("app-g1-journey", 2, 1, topic_configs=policy)])
        await create(broker, Topics("app-g1", 2), NAMES, 1)

    with embedded_broker() as broker, pytest.raises(TopicsError) as refused:
        asyncio.run(scenario(broker.address))
    assert "app-g1-journey has cleanup.policy=compact and needs delete" in str(refused.value)


@pytest.mark.parametrize(("replication", "in_sync"), [(1, None), (3, "2")])
def test_three_copies_need_two_in_sync(replication: int, in_sync: str | None) -> None:
    from streams.topics import _safety  # noqa: PLC0415 - what is asked of a cluster shows only on one

    assert _safety(replication).get("min.insync.replicas") == in_sync
    assert _safety(replication)["unclean.leader.election.enable"] == "false"
