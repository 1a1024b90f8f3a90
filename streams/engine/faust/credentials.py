"""A connection as Faust's settings `broker` and `broker_credentials`."""

from faust.auth import SASLCredentials, SSLCredentials

from streams.engine.kafka.connection import Connection


def faust_broker(connection: Connection) -> str:
    return f"aiokafka://{connection.bootstrap}"


def faust_credentials(connection: Connection) -> SASLCredentials | SSLCredentials | None:
    if connection.login:
        return SASLCredentials(
            username=connection.login.user,
            password=connection.login.password,
            mechanism=connection.login.mechanism,
            ssl_context=connection.tls,
        )
    return SSLCredentials(connection.tls) if connection.tls else None
