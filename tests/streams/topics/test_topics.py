"""Topics on a broker: created once, and refused when they would lose or misplace records."""

import asyncio

import pytest
from aiokafka.admin import NewTopic

from streams.engine.kafka.connection import Connection
from streams.stages import NAMES
from streams.topics.names import CREDIT, LIVE_COUNT, PUBLIC_INPUTS, TopicDurability, Topics, TopicsError
from streams.topics.provision import check, create
from tests.clients import admin_of
from tests.end_to_end.runs import until
from tests.services.brokers import Brokers

pytestmark = pytest.mark.broker


def test_topics_are_created_once_and_then_found(brokers: Brokers) -> None:
    async def scenario(broker: str) -> tuple[list[str], list[str]]:
        topics = Topics("app-g1", 2)
        first = await create(Connection(broker), topics, NAMES, TopicDurability())
        second = await create(Connection(broker), topics, NAMES, TopicDurability())
        await check(Connection(broker), topics, NAMES, TopicDurability())
        return first, second

    with brokers.new() as address:
        first, second = asyncio.run(scenario(address))
    assert set(PUBLIC_INPUTS) <= set(first)
    assert {"app-g1-attribution-changelog", CREDIT, LIVE_COUNT} <= set(first)
    assert second == []


def test_a_missing_topic_is_named_with_the_command_that_makes_it(brokers: Brokers) -> None:
    with brokers.new() as address, pytest.raises(TopicsError, match="sambung topics create") as refused:
        asyncio.run(check(Connection(address), Topics("app-g1", 2), NAMES, TopicDurability()))
    assert "inspection" in str(refused.value)


def test_another_number_of_partitions_is_refused(brokers: Brokers) -> None:
    async def scenario(broker: str) -> None:
        await create(Connection(broker), Topics("app-g1", 2), NAMES, TopicDurability())
        await create(Connection(broker), Topics("app-g1", 3), NAMES, TopicDurability())

    with brokers.new() as address, pytest.raises(TopicsError, match=r"needs 3 partitions, but .* has 2"):
        asyncio.run(scenario(address))


def test_a_topic_that_would_be_compacted_by_position_is_refused(brokers: Brokers) -> None:
    async def compacted(broker: str) -> None:
        async with admin_of(broker) as admin:
            policy = {"cleanup.policy": "compact"}
            await admin.create_topics([NewTopic("app-g1-journey", 2, 1, topic_configs=policy)])

    async def known(broker: str) -> bool:
        async with admin_of(broker) as admin:
            return "app-g1-journey" in await admin.list_topics()

    with brokers.new() as address:
        asyncio.run(compacted(address))
        until(lambda: asyncio.run(known(address)), "known")
        with pytest.raises(TopicsError) as refused:
            asyncio.run(create(Connection(address), Topics("app-g1", 2), NAMES, TopicDurability()))
    assert "app-g1-journey has cleanup.policy=compact and needs delete" in str(refused.value)


@pytest.mark.parametrize(("replication", "in_sync"), [(1, "1"), (2, "1"), (3, "2")])
def test_three_copies_need_two_in_sync(replication: int, in_sync: str) -> None:
    policies = Topics("app-g1", 2).policies(NAMES, TopicDurability(replication))
    assert {policy["min.insync.replicas"] for policy in policies.values()} == {in_sync}
    assert {policy["unclean.leader.election.enable"] for policy in policies.values()} == {"false"}


def test_only_internal_topics_may_forget() -> None:
    policies = Topics("app-g1", 2).policies(NAMES, TopicDurability(internal_days=60))
    forgetting = {name for name, policy in policies.items() if policy.get("retention.ms") == "5184000000"}
    assert forgetting == {"app-g1-journey", "app-g1-member", "app-g1-tally", "app-g1-accepted"}
    assert all(policies[name]["retention.ms"] == "-1" for name in (*PUBLIC_INPUTS, CREDIT, "rejected"))
