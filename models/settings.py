"""Settings of every command: the environment (prefix `SAMBUNG_`), then the file that SAMBUNG_SETTINGS names.

A command's options go before both.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from models.settings_file import from_file

SHORTEST_RETENTION_DAYS = 30


class Settings(BaseSettings):
    """What an operator may set. Nothing without the prefix is obeyed."""

    model_config = SettingsConfigDict(
        env_prefix="SAMBUNG_", frozen=True, extra="ignore", use_attribute_docstrings=True
    )

    partitions: Annotated[int, Field(ge=1, le=1_000)] = 4
    """Partitions of every topic: the most workers that can share the work. Fixed when topics are created."""
    replication: Annotated[int, Field(ge=1, le=9)] = 1
    """Copies of every topic in the cluster; 3 in production. A topic with fewer is refused at start."""
    internal_retention_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    """How long internal topics keep a record, far above any stop of all workers; 0 is for ever, as the public
    topics keep theirs. What is deleted unread makes the stream begin anew."""
    session_timeout_s: Annotated[float, Field(ge=1, le=300)] = 8.0
    """After this long without a sign of life a worker's partitions go to others."""
    patience_s: Annotated[float, Field(ge=5, le=86_400)] = 60.0
    """How long a worker may have work and make no progress before it ends, so that it is started anew."""
    health_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    """Where a worker tells over HTTP how it is: `/health`, `/ready`, `/metrics`; 0 for nowhere."""
    health_host: str = "127.0.0.1"
    """The address that goes with it; leave it, unless the network behind another is yours alone."""
    log: Annotated[Literal["json", "text"] | None, Field(examples=["json"])] = None
    """Form of what a worker logs; by default text on a terminal and JSON lines elsewhere."""
    data_dir: Path = Path("var/sambung")
    """Where a worker keeps its state; it can be rebuilt from the broker at any time."""
    places: Annotated[Path | None, Field(examples=["/etc/sambung/places.csv"])] = None
    """Place list (CSV: code,name); by default the 84 of Yogyakarta."""
    rules: Annotated[Path | None, Field(examples=["/etc/sambung/rules.toml"])] = None
    """Rules of attribution (TOML); by default version 2017.1."""
    person_key: Annotated[SecretStr | None, Field(examples=["better in a file"])] = None
    """Key of the `person` hashes, 32 bytes or more."""
    person_key_file: Annotated[Path | None, Field(examples=["/run/secrets/person-key"])] = None
    """File that holds that key."""
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How to speak to the brokers named by `--broker`: SSL is TLS, SASL a login. SASL_SSL in production."""
    tls_ca_file: Annotated[Path | None, Field(examples=["/etc/sambung/ca.pem"])] = None
    """Certificates (PEM) of the authorities that sign the brokers' ones; by default the system's."""
    tls_cert_file: Annotated[Path | None, Field(examples=["/etc/sambung/client.pem"])] = None
    """Our own certificate (PEM, with its chain), where the brokers want one; with `tls_key_file`."""
    tls_key_file: Annotated[Path | None, Field(examples=["/etc/sambung/client.key"])] = None
    """The private key of our certificate (PEM)."""
    tls_key_password: Annotated[SecretStr | None, Field(examples=["better in a file"])] = None
    """What the private key is encrypted with, if it is."""
    tls_key_password_file: Annotated[Path | None, Field(examples=["/run/secrets/client-key-password"])] = None
    """File that holds that password."""
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """How to log in. PLAIN sends the password itself, so it needs SASL_SSL."""
    sasl_user: Annotated[str | None, Field(min_length=1, examples=["sambung"])] = None
    """Who logs in."""
    sasl_password: Annotated[SecretStr | None, Field(examples=["better in a file"])] = None
    """The user's password."""
    sasl_password_file: Annotated[Path | None, Field(examples=["/run/secrets/kafka-password"])] = None
    """File that holds that password."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings  # names of their own, which nobody reads here
        file = InitSettingsSource(settings_cls, from_file(settings_cls.model_fields))
        return init_settings, env_settings, file

    @field_validator("internal_retention_days")
    @classmethod
    def _far_above_any_stop(cls, days: int) -> int:
        if 0 < days < SHORTEST_RETENTION_DAYS:
            raise ValueError(
                f"{days} days may be over before a stopped worker has read on. "
                f"Keep {SHORTEST_RETENTION_DAYS} days or more, or 0 for ever"
            )
        return days
