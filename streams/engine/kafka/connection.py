"""Address of the brokers, TLS and login: one value for every Kafka client, ours and Faust's."""

import ssl
from dataclasses import dataclass, field
from typing import Any


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
    compression: str | None = None
    """Codec of what is sent: the embedded broker keeps all of it in memory."""

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
