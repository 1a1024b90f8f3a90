"""What pypdf finds in a PDF: its tags, in order of reading, and the words of its pages."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject


class Tag(NamedTuple):
    name: str
    alternative: str
    title: str
    """Of a heading, its words."""
    inside: "tuple[Tag, ...]"

    def every(self, *names: str) -> "list[Tag]":
        """Tags of these names, in order of reading."""
        own = [self] if self.name in names else []
        return own + [found for one in self.inside for found in one.every(*names)]


def opened(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content), strict=True)


def tags(reader: PdfReader) -> Tag:
    root = reader.root_object["/StructTreeRoot"]
    assert isinstance(root, DictionaryObject)
    (document,) = _children(root)
    return _tag(document)


def _tag(node: DictionaryObject) -> Tag:
    inside = tuple(map(_tag, _children(node)))
    return Tag(str(node["/S"])[1:], str(node.get("/Alt", "")), str(node.get("/T", "")), inside)


def _children(node: DictionaryObject) -> Iterator[DictionaryObject]:
    """Without marked content, which are numbers or objects of no type of structure."""
    kids: Any = node.get("/K", ArrayObject())
    for kid in kids if isinstance(kids, ArrayObject) else [kids]:
        one = kid.get_object()
        if isinstance(one, DictionaryObject) and "/S" in one:
            yield one


def words(reader: PdfReader, page: int | None = None) -> str:
    """Of one page, or of all, with single spaces; places where a long word may break are none."""
    pages = reader.pages if page is None else [reader.pages[page]]
    return " ".join(" ".join(one.extract_text().replace("\u200b", "") for one in pages).split())
