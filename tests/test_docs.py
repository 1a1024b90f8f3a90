"""The documentation says what is there: its links, its files, and the rules that tests break by name."""

import re
from functools import cache
from pathlib import Path

import pytest

from sinks.store import REVISION
from tests.simulation import broken_checkpoints, broken_cuts, broken_folds, broken_sending
from tests.simulation.broken import BROKEN

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "models" / "data" / "NOTICE.md"])
EXACTNESS = ROOT / "docs" / "architecture" / "exactness.md"
GLOSSARY = ROOT / "docs" / "glossary.md"
RULES = range(1, 17)
MODULES = (broken_checkpoints, broken_cuts, broken_folds, broken_sending)

_LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`((?:[\w*-]+/)+[\w*.-]+\.(?:py|toml|yaml|csv|ndjson|txt))`")
_TEST = re.compile(r"`(test_\w+)`")
_NAME_IN_FILE = re.compile(r"`([\w/]+/\w+\.py)`\s\(`(?:\w+\.)?(\w+)`")
_TERM = re.compile(r"^\| ([\w ,-]+) \| .* \| `(\w+)` in `([\w/.]+)` \|$", re.MULTILINE)


def relative(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@cache
def text_of(page: Path) -> str:
    """Without blocks of code."""
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_nowhere(page: Path, link: str) -> bool:
    file, _, anchor = link.partition("#")
    target = (page.parent / file).resolve() if file else page
    if not target.exists():
        return True
    return bool(anchor) and anchor not in anchors(target)


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link for link in _LINK.findall(text_of(page)) if "://" not in link]
    assert [link for link in links if leads_nowhere(page, link)] == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_file_and_test_that_is_named_is_there(page: Path) -> None:
    files = [name for name in _FILE.findall(text_of(page)) if not name.startswith("var/")]
    assert [name for name in files if not list(ROOT.glob(name))] == []
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in _TEST.findall(text_of(page)) if f"def {name}(" not in tests] == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_name_in_a_file_is_there(page: Path) -> None:
    named = _NAME_IN_FILE.findall(text_of(page))
    absent = [
        (file, name) for file, name in named if not re.search(rf"\b{name}\b", (ROOT / file).read_text())
    ]
    assert absent == []


@pytest.mark.parametrize(("term", "name", "file"), _TERM.findall(text_of(GLOSSARY)))
def test_each_word_of_the_glossary_is_carried_by_the_code_that_it_names(
    term: str, name: str, file: str
) -> None:
    definition = rf"^(?:class|def) {name}\b|^{name}\b.* = "
    code = (ROOT / file).read_text("utf-8")
    assert re.search(definition, code, re.MULTILINE), f"{name} of {term!r} is not in {file}"


def test_the_example_of_a_schema_revision_has_the_next_number() -> None:
    example = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    numbers = re.search(r'^revision = "(\d+)"\ndown_revision = "(\d+)"$', example, re.MULTILINE)
    assert numbers is not None
    assert numbers.groups() == (f"{int(REVISION) + 1:04}", REVISION)


def test_the_page_of_exactness_has_every_rule_in_order() -> None:
    headings = re.findall(r"^### (\d+)\. ", text_of(EXACTNESS), re.MULTILINE)
    assert headings == [str(rule) for rule in RULES]


def section(rule: int) -> str:
    return re.split(r"^### \d+\. ", text_of(EXACTNESS), flags=re.MULTILINE)[rule]


def test_each_way_to_break_a_rule_is_named_under_that_rule() -> None:
    assert {broken.patch.__module__ for broken in BROKEN} == {module.__name__ for module in MODULES}
    unnamed = [
        f"rule {broken.rule}: {broken.name}"
        for broken in BROKEN
        if f"`{broken.name}`" not in section(broken.rule)
    ]
    assert unnamed == [], f"name them in {relative(EXACTNESS)}"


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_says_where_it_is_kept_and_what_breaks_it(rule: int) -> None:
    assert "\n- Kept in: " in section(rule)
    assert "\n- Broken by" in section(rule)
