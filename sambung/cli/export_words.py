"""What is asked of an export, and what it has become, in words."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from reports.crosstables import CROSS_TABLES
from reports.exports import Audience, NotExported
from reports.wording import many
from sambung.exporting.export import Asked, Format
from sambung.exporting.manifest import Manifest

MIN_CELL: Final = 10


def asked(  # noqa: PLR0913  one per option
    names: Sequence[str],
    folder: Path,
    file_format: str,
    audience: str,
    *,
    since_batch: int | None,
    as_of_us: int | None,
    min_cell: int | None,
) -> Asked:
    """Raises NotExported for options that do not go together."""
    tables = [name for name in names if name not in CROSS_TABLES]
    if min_cell is not None and tables:
        raise NotExported(
            f"{tables[0]} is no cross-table, and --min-cell is for those: {', '.join(CROSS_TABLES)}."
        )
    if tables and len(tables) < len(names):
        raise NotExported(
            f"Cross-tables may be handed to anybody, and {tables[0]} may not. Export them into two folders."
        )
    if not tables and since_batch is not None:
        raise NotExported("Cross-tables are always whole. Leave out --since-batch.")
    if since_batch is not None and as_of_us is not None:
        raise NotExported("--since-batch tells what is new now. Leave it out, or leave out --as-of.")
    step = None if tables else min_cell or MIN_CELL
    return Asked(tuple(names), folder, Format(file_format), Audience(audience), since_batch, as_of_us, step)


def in_short(folder: Path, manifest: Manifest) -> str:
    files = ", ".join(f"{one.table} ({many(one.rows, 'row')})" for one in manifest.files)
    text = f"{folder} has {files} as of batch {manifest.store.batch}."
    if manifest.since_batch is not None:
        text += f" The next export goes on with --since-batch {manifest.store.batch}."
    if not manifest.store.settled:
        text += "\nThe end of a rebuild is being written: sums are of two streams. Export again later."
    return text
