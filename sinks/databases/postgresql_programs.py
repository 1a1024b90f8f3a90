"""Runs PostgreSQL's own programs, of the server's version or the next newer one."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy.engine import URL

from sinks.base import StoreError, StoreUnavailable

DEBIANS: Final = "/usr/lib/postgresql"
"""Where Debian has the programs of each version of the server, which are not all on the path."""
_VERSION: Final = re.compile(r"\) (\d+)")
"""In `pg_dump (PostgreSQL) 15.8`."""


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    server: int
    """Major version of the server that it works with."""
    url: URL | None = None
    """The database; None where it only reads a file."""

    def run(self, *options: str, given: IO[bytes] | None = None, output: IO[bytes] | None = None) -> str:
        """Run it to its end and return what it prints, unless `output` gets that.

        What it reads and writes goes through this process, so that it ends where this one is killed.
        Raises StoreUnavailable where the database fails it, StoreError where the file that is given does, or
        where it is not installed.
        """
        version, path = _found(self.name, self.server)
        command = [path, *options, *self._address()]
        with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(  # noqa: S603  no shell
                command,
                stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
                stdout=printed if output is None else subprocess.PIPE,
                stderr=errors,
                env=os.environ | self._password(),
            )
            with process:
                try:
                    _pump(process, given, output)
                except BaseException:
                    process.kill()
                    raise
            if process.returncode != 0:
                raise self._failed(_text(errors) or f"it ended with {process.returncode}", version, given)
            return _text(printed)

    def _address(self) -> list[str]:
        """Without the password, which others could read in the list of processes."""
        if self.url is None:
            return []
        from psycopg.conninfo import make_conninfo  # noqa: PLC0415  it comes with PostgreSQL's stores only

        return ["--dbname", make_conninfo(**self._parameters() | {"password": None})]

    def _password(self) -> dict[str, str]:
        password = None if self.url is None else self._parameters().get("password")
        return {} if password is None else {"PGPASSWORD": str(password)}

    def _parameters(self) -> dict[str, Any]:
        assert self.url is not None, "it has a database"  # noqa: S101
        from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg  # noqa: PLC0415  as above

        _, parameters = PGDialect_psycopg().create_connect_args(self.url)  # type: ignore[no-untyped-call]
        return {"connect_timeout": "10", "application_name": "sambung"} | dict(parameters)

    def _failed(self, errors: str, version: int, given: IO[bytes] | None) -> StoreError:
        told = [line.partition("error: ")[2] for line in errors.splitlines() if "error: " in line]
        reason = next(iter(told or errors.splitlines()))
        if given is not None and self.url is None:
            return StoreError(
                f"{given.name} is damaged, or no copy that {self.name} can read: {reason}. Nothing was "
                "restored; take another copy."
            )
        if version > self.server:
            reason += f" (its version is {version}, the server's {self.server}: install that of the server)"
        return StoreUnavailable(f"{self.name} did not succeed: {reason}")


def _pump(process: "subprocess.Popen[bytes]", given: IO[bytes] | None, output: IO[bytes] | None) -> None:
    if given is not None and process.stdin is not None:
        with suppress(BrokenPipeError):  # it has read all that it needs, or says on its way out what is wrong
            shutil.copyfileobj(given, process.stdin)
        with suppress(BrokenPipeError):
            process.stdin.close()
    if output is not None and process.stdout is not None:
        shutil.copyfileobj(process.stdout, output)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _found(name: str, server: int) -> tuple[int, str]:
    """Version and path. An older one refuses the server, a newer one may say what that does not know."""
    fit = sorted((version, program) for version, program in _installed(name) if version >= server)
    if fit:
        return fit[0]
    raise StoreError(
        f"The server is PostgreSQL {server}, and no {name} of that version or a newer one is here. Install "
        f"PostgreSQL's client programs (Debian, Ubuntu: apt install postgresql-client-{server})."
    )


def _installed(name: str) -> Iterator[tuple[int, str]]:
    for path in Path(DEBIANS).glob(f"*/bin/{name}"):
        if path.parts[-3].isdecimal():
            yield int(path.parts[-3]), str(path)
    on_path = shutil.which(name)
    if on_path is not None:
        told = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        version = _VERSION.search(told)
        if version is not None:
            yield int(version[1]), on_path
