"""How the code is laid out: what no linter knows of this project's own rules."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("models", "streams", "sinks", "reports", "api", "sambung")
TOOLS = "tools"
"""What writes documents from the code; not installed."""
MODULES = sorted(path for package in (*PACKAGES, TOOLS) for path in (ROOT / package).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

LONGEST_MODULE = 220
LONGEST_STAGE = 40
LONGEST_TEST = 300
USUAL_MODULE = 150
USUAL_FUNCTION = 25
USUAL_SHARE = 0.8

NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "base_utils"}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{relative(path)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_no_module_is_named_for_nothing() -> None:
    assert [relative(path) for path in MODULES + TESTS if path.stem in NAMES_THAT_SAY_NOTHING] == []


def test_a_module_fits_on_a_few_screens() -> None:
    assert [relative(path) for path in MODULES if lines(path) > LONGEST_MODULE] == []
    short = [path for path in MODULES if lines(path) <= USUAL_MODULE]
    assert len(short) >= USUAL_SHARE * len(MODULES)


def test_a_function_fits_on_half_a_screen() -> None:
    found = [function for path in MODULES for function in functions(path)]
    short = [name for name, length in found if length <= USUAL_FUNCTION]
    assert len(short) >= USUAL_SHARE * len(found)


def test_a_stage_s_module_is_thin() -> None:
    stages = sorted((ROOT / "streams" / "stages").glob("*.py"))
    assert len(stages) > 6
    assert [relative(path) for path in stages if lines(path) > LONGEST_STAGE] == []


def test_a_stage_s_module_decides_nothing() -> None:
    deciding = (ast.If, ast.IfExp, ast.Match, ast.While, ast.For)
    stages = sorted((ROOT / "streams" / "stages").glob("*.py"))
    nodes = {path: ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for path in stages}
    assert [
        relative(path) for path in stages if any(isinstance(node, deciding) for node in nodes[path])
    ] == []


def test_a_file_of_tests_is_read_in_one_go() -> None:
    assert [relative(path) for path in TESTS if lines(path) > LONGEST_TEST] == []


def test_every_folder_of_modules_is_a_package_so_that_an_installation_has_it() -> None:
    folders = {path.parent for path in MODULES}
    assert [relative(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_an_installation_has_every_package_and_all_data(project: dict[str, Any]) -> None:
    found = project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {name.partition(".")[0] for name in found} == set(PACKAGES)
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    data = {relative(path.parent) for path in files if path.suffix not in {".py", ".pyc", ".typed"}}
    page = ("templates", "templates/parts", "static", "locale")
    own = {"models/data", "reports/languages/locale", "sambung/reporting/templates"}
    assert data == own | {f"api/page/{folder}" for folder in page}
    assert project["tool"]["setuptools"]["package-data"] == {
        "*": ["py.typed"],
        "models": ["data/*"],
        "api.page": [f"{folder}/*" for folder in page],
        "reports.languages": ["locale/*"],
        "sambung.reporting": ["templates/*"],
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_whoever_imports_a_package_has_its_types(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()


def test_every_module_has_its_place_in_the_order_of_imports(project: dict[str, Any]) -> None:
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    placed = {name.strip() for layer in layers for name in layer.split("|")}
    streams = {
        f"streams.{path.stem}"
        for path in (ROOT / "streams").iterdir()
        if path.suffix in {"", ".py"} and not path.stem.startswith("_")
    }
    assert placed == streams | {*PACKAGES, TOOLS} - {"streams"}


def test_every_page_of_the_documentation_is_in_its_index() -> None:
    docs = ROOT / "docs"
    index = (docs / "README.md").read_text(encoding="utf-8")
    pages = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")} - {"README.md"}
    assert {page for page in pages if f"({page})" not in index} == set(), (
        "add a line for it to docs/README.md"
    )


def test_a_module_defines_and_does_nothing_when_it_is_imported() -> None:
    """An application, an engine or settings for all would be made there."""
    entries = {"sambung/__main__.py", "sambung/cli/main.py"}
    calls = [
        f"{relative(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and relative(path) not in entries
    ]
    assert calls == []
