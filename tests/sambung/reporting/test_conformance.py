"""veraPDF finds nothing in a report, and a lot in a file that is no tagged PDF."""

from dataclasses import replace
from pathlib import Path

import pytest
import typst

from models.language import Language
from sambung.reporting.pdf import pdf
from tests.reports.document.example import EXAMPLE
from tests.verapdf.validator import PROFILES, Validated, need_verapdf, validate

UNTAGGED = b'#set text(lang: "id")\n= A heading\n#table(columns: 2)[a][b]'
FILES = {
    "english.pdf": lambda: pdf(EXAMPLE),
    "indonesian.pdf": lambda: pdf(replace(EXAMPLE, language=Language.ID)),
    "scripts.pdf": lambda: pdf(
        replace(EXAMPLE, subtitle="\u0416 \u05d0 \u0645 \u0928\u092e\u0938\u094d\u0924\u0947 \U0001f389")
    ),
    "untagged.pdf": lambda: typst.compile(UNTAGGED, pdf_tags=False, ignore_system_fonts=True),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Validated]:
    need_verapdf()
    folder = tmp_path_factory.mktemp("reports")
    files: list[Path] = []
    for name, write in FILES.items():
        files.append(folder / name)
        files[-1].write_bytes(write())
    return validate(files)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", FILES)
def test_reports_conform(found: dict[tuple[str, str], Validated], name: str, profile: str) -> None:
    checks, failed = found[name, profile]
    assert checks > 1_000 or name == "untagged.pdf"
    assert bool(failed) == (name == "untagged.pdf"), failed[:10]
