"""Settings of every command, from the environment (prefix `SAMBUNG_`); a command's options go before them."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator may set. Nothing without the prefix is obeyed."""

    model_config = SettingsConfigDict(
        env_prefix="SAMBUNG_", frozen=True, extra="ignore", use_attribute_docstrings=True
    )

    partitions: Annotated[int, Field(ge=1, le=1_000)] = 4
    """Partitions of every topic: the most workers that can share the work. Fixed when topics are created."""
    replication: Annotated[int, Field(ge=1, le=9)] = 1
    """Copies of every topic in the cluster; 3 in production."""
    session_timeout_s: Annotated[float, Field(ge=1, le=300)] = 8.0
    """After this long without a sign of life a worker's partitions go to others."""
    patience_s: Annotated[float, Field(ge=5, le=86_400)] = 60.0
    """How long a worker may have work and make no progress before it ends, so that it is started anew."""
    health_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    """Where a worker tells over HTTP how it is: `/health`, `/ready`, `/metrics`; 0 for nowhere."""
    health_host: str = "127.0.0.1"
    """The address that goes with it; leave it, unless the network behind another is yours alone."""
    log: Literal["json", "text"] | None = None
    """Form of what a worker logs; by default text on a terminal and JSON lines elsewhere."""
    data_dir: Path = Path("var/sambung")
    """Where a worker keeps its state; it can be rebuilt from the broker at any time."""
    places: Path | None = None
    """Place list (CSV: code,name); by default the 84 of Yogyakarta."""
    rules: Path | None = None
    """Rules of attribution (TOML); by default version 2017.1."""
    person_key: str | None = None
    """Key of the `person` hashes."""
    person_key_file: Path | None = None
    """File that holds that key, if it does not stand in the environment."""
