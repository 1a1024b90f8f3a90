"""Address of the brokers, TLS and login: one value for every Kafka client, ours and Faust's."""

import ssl
from dataclasses import dataclass, field
from typing import Any

from faust.auth import SASLCredentials, SSLCredentials


@dataclass(frozen=True, slots=True)
class Login:
    """A user's SASL credentials."""

    mechanism: str
    """`PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`."""
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Connection:
    """Connection to a cluster; by default in plain text and without a login, as for the embedded broker."""

    bootstrap: str
    """`HOST:PORT,...`"""
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    login: Login | None = None
    takes_turns: bool = False
    """Whether the broker may lose a batch if two producers send to a partition at once, as Tansu does."""

    @property
    def protocol(self) -> str:
        """Kafka's name of the security protocol."""
        secured = "SSL" if self.tls else "PLAINTEXT"
        return f"SASL_{secured}" if self.login else secured

    def options(self) -> dict[str, Any]:
        """Keyword arguments of every aiokafka client."""
        return {"bootstrap_servers": self.bootstrap, **self.security()}

    def security(self) -> dict[str, Any]:
        """The keyword arguments without the brokers' addresses."""
        options: dict[str, Any] = {"security_protocol": self.protocol, "ssl_context": self.tls}
        if self.login:
            options |= {
                "sasl_mechanism": self.login.mechanism,
                "sasl_plain_username": self.login.user,
                "sasl_plain_password": self.login.password,
            }
        return options

    def faust_broker(self) -> str:
        """Faust's setting `broker`."""
        return f"aiokafka://{self.bootstrap}"

    def faust_credentials(self) -> SASLCredentials | SSLCredentials | None:
        """Faust's setting `broker_credentials`."""
        if self.login:
            return SASLCredentials(
                username=self.login.user,
                password=self.login.password,
                mechanism=self.login.mechanism,
                ssl_context=self.tls,
            )
        return SSLCredentials(self.tls) if self.tls else None
