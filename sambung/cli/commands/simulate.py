"""`sambung simulate`: generates a season of events from a seed."""

import gzip
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from sambung.errors import errors_as_sentences
from sambung.season import SEASONS, STEPS, Season
from sambung.season import simulate as invent
from sambung.terminal.progress import steps

EXAMPLES = (
    "sambung simulate diy-2017 --seed 2017 --out season.ndjson --truth truth.ndjson",
    "sambung simulate mini --seed 1 --clean | head -3",
)

KNOWN = ", ".join(SEASONS)


def _season(name: str) -> str:
    if name not in SEASONS:
        raise typer.BadParameter(f"there is no season {name!r}. These are known: {KNOWN}.")
    return name


def simulate(
    season: Annotated[
        str, typer.Argument(callback=_season, help=f"Which season: {KNOWN}.", show_default=False)
    ],
    seed: Annotated[int, typer.Option(help="Any whole number: the same gives the same bytes.")],
    *,
    clean: Annotated[bool, typer.Option("--clean", help="Every event once, right, and in order.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write to this file (packed if it ends in .gz), not to stdout.")
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(help="Write what truly brought each member, one JSON object per line.")
    ] = None,
) -> None:
    """Invent the events of a season.

    They are written one JSON object per line, as `sambung replay` reads them. Unless --clean is given they
    are as field teams send them: some twice, some late, some corrected or cancelled, and some lines
    broken.
    """
    with errors_as_sentences():
        with steps(STEPS) as step:
            invented = invent(season, seed, clean=clean, progress=step)
        lines = _write(invented.lines(), out)
        if truth is not None:
            _write(invented.truth_lines(), truth)
    typer.echo(_summary(invented, lines, out), err=True)


def _write(lines: Iterable[bytes], path: Path | None) -> int:
    """Return the number of lines written."""
    written = 0
    with _opened(path) as file:
        for line in lines:
            file.write(line)
            written += 1
        file.flush()
    return written


@contextmanager
def _opened(path: Path | None) -> Iterator[IO[bytes]]:
    if path is None:
        yield sys.stdout.buffer
        return
    with path.open("wb") as file:
        if path.suffix != ".gz":
            yield file
            return
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:  # no name and no time, for the same bytes
            yield packed  # type: ignore[misc]


def _summary(season: Season, lines: int, out: Path | None) -> str:
    where = f" in {out}" if out is not None else ""
    mess = (
        f"; {season.resent:,} repeat another, {sum(season.broken.values()):,} are broken"
        if season.resent
        else ""
    )
    return f"{lines:,} lines of {season.name} by seed {season.seed}{where}{mess}"
