"""An app with the rights that the page for publishers gives it: it can publish, and do nothing else."""

import asyncio
from collections.abc import Iterator

import pytest
from confluent_kafka import KafkaError, KafkaException, Producer

from models.settings import Settings
from sambung.connecting import connection_to
from streams.topics.names import PUBLIC_INPUTS, PUBLIC_OUTPUTS
from tests.end_to_end.runs import ROOT, until, url
from tests.end_to_end.workers import Cluster
from tests.services.rights import commands, grant
from tests.services.secured import APP, PASSWORD, Secured, secured_kafka

pytestmark = pytest.mark.service

ANSWER_S = 10


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """With topics, and an app that has been given its rights."""
    folder = tmp_path_factory.mktemp("rights")
    with secured_kafka(folder) as made, pytest.MonkeyPatch.context() as patch:
        for name, value in made.logged_in().items():
            patch.setenv(name, value)
        connection = connection_to(made.kafka.door("LOGIN"), Settings())
        Cluster(connection, folder, url(folder / "sambung.db")).create_first_topics()
        assert refusal(made, PUBLIC_INPUTS[0]) == "TOPIC_AUTHORIZATION_FAILED"
        given = commands(ROOT / "docs/publishing.md")
        asyncio.run(grant(made.kafka.address, APP, given))
        until(lambda: not refusal(made, PUBLIC_INPUTS[0]), "allowed")
        yield made


def refusal(secured: Secured, topic: str, **further: str) -> str:
    """Why one record may not be published, within a transaction if one is named; empty when it may."""
    errors: list[KafkaError | None] = []
    producer = Producer(login(secured) | {name.replace("_", "."): value for name, value in further.items()})
    try:
        if further:
            producer.init_transactions(ANSWER_S)
            producer.begin_transaction()
        producer.produce(topic, b"{}", b"key", on_delivery=lambda error, _: errors.append(error))
        producer.flush(ANSWER_S)
        if further:
            producer.commit_transaction(ANSWER_S)
    except KafkaException as error:
        errors.append(error.args[0])
    (first, *_) = errors
    return first.name() if first else ""


def login(secured: Secured) -> dict[str, str]:
    return {
        "bootstrap.servers": secured.kafka.door("LOGIN"),
        "security.protocol": "SASL_SSL",
        "ssl.ca.location": str(secured.ca),
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": APP,
        "sasl.password": PASSWORD,
        "enable.idempotence": "true",
        "log_level": "0",
    }


@pytest.mark.parametrize("topic", PUBLIC_INPUTS)
def test_it_publishes_to_each_input_also_in_a_transaction(secured: Secured, topic: str) -> None:
    assert refusal(secured, topic) == ""
    assert refusal(secured, topic, transactional_id="app-1") == ""


@pytest.mark.parametrize("topic", [*PUBLIC_OUTPUTS, "sambung-g1-journey"])
def test_it_writes_to_nothing_that_the_workers_write(secured: Secured, topic: str) -> None:
    assert refusal(secured, topic) == "TOPIC_AUTHORIZATION_FAILED"


def test_it_takes_no_transaction_of_another_name(secured: Secured) -> None:
    error = refusal(secured, PUBLIC_INPUTS[0], transactional_id="workers-1")
    assert error == "TRANSACTIONAL_ID_AUTHORIZATION_FAILED"
