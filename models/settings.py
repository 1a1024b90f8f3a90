"""Settings of every command: the environment (prefix `SAMBUNG_`), then the file that SAMBUNG_SETTINGS names.

A command's options take precedence over both.
"""

import os
import tomllib
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

FILE_VARIABLE: Final = "SAMBUNG_SETTINGS"
"""Names the settings file; the only variable that is not itself a setting."""
MIN_RETENTION_DAYS: Final = 30


class SettingsFileError(Exception):
    """The settings file cannot be used; the message says where and why."""


class Settings(BaseSettings):
    """Settings for operators. Variables without the prefix are ignored."""

    model_config = SettingsConfigDict(
        env_prefix="SAMBUNG_", frozen=True, extra="ignore", use_attribute_docstrings=True
    )

    partitions: Annotated[int, Field(ge=1, le=1_000)] = 4
    """Partitions of every topic: the most workers that can share the work. Fixed when topics are created."""
    replication: Annotated[int, Field(ge=1, le=9)] = 1
    """Copies of every topic in the cluster; 3 in production. A topic with fewer is refused at start."""
    internal_retention_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    """How long internal topics keep a record, far above any stop of all workers; 0 is for ever, as for the
    public topics. A record deleted before it was read makes the stream begin anew."""
    session_timeout_s: Annotated[float, Field(ge=1, le=300)] = 8.0
    """After this time without a heartbeat a worker's partitions are assigned to others."""
    patience_s: Annotated[float, Field(ge=5, le=86_400)] = 60.0
    """How long a worker may have work without progress before it exits, to be restarted."""
    health_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    """Port of a worker's HTTP endpoints `/health`, `/ready` and `/metrics`; 0 for none."""
    health_host: str = "127.0.0.1"
    """Address of that port and of `gateway_health_port`; change it only to one on a private network."""
    log: Annotated[Literal["json", "text"] | None, Field(examples=["json"])] = None
    """Format of a worker's log; by default text on a terminal and JSON lines elsewhere."""
    data_dir: Path = Path("var/sambung")
    """Folder of a worker's state, which can be rebuilt from the broker at any time."""
    places: Annotated[Path | None, Field(examples=["/etc/sambung/places.csv"])] = None
    """Place list (CSV: code,name); by default the 84 of Yogyakarta."""
    rules: Annotated[Path | None, Field(examples=["/etc/sambung/rules.toml"])] = None
    """Rules of attribution (TOML); by default version 2017.1."""
    person_key: Annotated[SecretStr | None, Field(examples=["better in a file"])] = None
    """Key of the `person` hashes, 32 bytes or more."""
    person_key_file: Annotated[Path | None, Field(examples=["/run/secrets/person-key"])] = None
    """File with that key."""
    gateway_origins: Annotated[str, Field(examples=["https://app.example https://other.example"])] = ""
    """Origins of web pages that may ask the gateway from a browser, separated by spaces; none by default.
    Cookies are never accepted from them."""
    gateway_health_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    """Port of a gateway's HTTP endpoints `/health`, `/ready` and `/metrics`, where supervisors and Prometheus
    on other machines need them; 0 for none. `/healthz`, `/readyz` and, for this machine alone, `/metrics` are
    always at the port of `sambung serve`."""
    gateway_requests_per_minute: Annotated[int, Field(ge=0, le=10_000_000)] = 60_000
    """Requests with events that one key may send to a gateway process in a minute; 0 for any number."""
    gateway_body_mebibytes: Annotated[int, Field(ge=8, le=65_536)] = 64
    """Room for the bodies of all requests that a gateway takes in at a time; more are told to wait."""
    gateway_tls_cert_file: Annotated[Path | None, Field(examples=["/etc/sambung/gateway.pem"])] = None
    """The gateway's own certificate (PEM, with its chain), for HTTPS; with `gateway_tls_key_file`."""
    gateway_tls_key_file: Annotated[Path | None, Field(examples=["/etc/sambung/gateway.key"])] = None
    """Private key of that certificate (PEM, not encrypted)."""
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """Protocol to the brokers of `--broker`: SSL is TLS, SASL a login. SASL_SSL in production."""
    tls_ca_file: Annotated[Path | None, Field(examples=["/etc/sambung/ca.pem"])] = None
    """Certificates (PEM) of the authorities that sign the brokers' certificates; by default the system's."""
    tls_cert_file: Annotated[Path | None, Field(examples=["/etc/sambung/client.pem"])] = None
    """The client's certificate (PEM, with its chain), if the brokers require one; with `tls_key_file`."""
    tls_key_file: Annotated[Path | None, Field(examples=["/etc/sambung/client.key"])] = None
    """Private key of that certificate (PEM)."""
    tls_key_password: Annotated[SecretStr | None, Field(examples=["better in a file"])] = None
    """Password of the private key, if it is encrypted."""
    tls_key_password_file: Annotated[Path | None, Field(examples=["/run/secrets/client-key-password"])] = None
    """File with that password."""
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """Login mechanism. PLAIN sends the password itself, so it needs SASL_SSL."""
    sasl_user: Annotated[str | None, Field(min_length=1, examples=["sambung"])] = None
    """Name of the user."""
    sasl_password: Annotated[SecretStr | None, Field(examples=["better in a file"])] = None
    """The user's password."""
    sasl_password_file: Annotated[Path | None, Field(examples=["/run/secrets/kafka-password"])] = None
    """File with that password."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings  # not supported
        file = InitSettingsSource(settings_cls, _from_file(settings_cls.model_fields))
        return init_settings, env_settings, file

    @field_validator("internal_retention_days")
    @classmethod
    def _far_above_any_stop(cls, days: int) -> int:
        if 0 < days < MIN_RETENTION_DAYS:
            raise ValueError(
                f"{days} days may be over before a stopped worker has read on. "
                f"Keep {MIN_RETENTION_DAYS} days or more, or 0 for ever"
            )
        return days


def _from_file(known: Collection[str]) -> dict[str, Any]:
    """Settings of the file, if one is named. Raises SettingsFileError, also for an unknown name."""
    path = os.environ.get(FILE_VARIABLE)
    if not path:
        return {}
    try:
        values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SettingsFileError(f"{FILE_VARIABLE}: {path} cannot be read: {reason}.") from error
    except UnicodeDecodeError as error:
        raise SettingsFileError(f"{FILE_VARIABLE}: {path} is no UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsFileError(f"{FILE_VARIABLE}: {path} is no TOML: {error}.") from error
    unknown = [_unknown(name, known) for name in values if name not in known]
    if unknown:
        raise SettingsFileError(
            f"{FILE_VARIABLE}: {path} names what is no setting: {', '.join(unknown)}. "
            "Nothing of it was obeyed; all settings stand in docs/settings.toml."
        )
    return values


def _unknown(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name.lower().removeprefix("sambung_"), known, 1)
    return f"{name} (meant is perhaps {near[0]})" if near else name
