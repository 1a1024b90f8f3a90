"""Elements of SVG as text, escaped."""

from html import escape
from typing import Final

WIDTH: Final = 320
"""Of every picture, in its own units."""


def element(name: str, *content: str, **attributes: object) -> str:
    """One element; content is SVG text, `_` in names of attributes stands for `-`, `class_` for `class`.

    >>> element("rect", x=1, class_="bar"), element("text", text("a < b"), text_anchor="end")
    ('<rect x="1" class="bar"/>', '<text text-anchor="end">a &lt; b</text>')
    """
    told = "".join(f' {_name(one)}="{_value(value)}"' for one, value in attributes.items())
    inside = "".join(content)
    return f"<{name}{told}>{inside}</{name}>" if inside else f"<{name}{told}/>"


def text(words: str) -> str:
    return escape(words)


def picture(height: float, label: str, *content: str, class_: str = "") -> str:
    """A whole picture, which screen readers tell by its label."""
    return element(
        "svg",
        *content,
        viewBox=f"0 0 {WIDTH} {_number(height)}",
        role="img",
        aria_label=label,
        class_=f"picture {class_}".strip(),
    )


def _name(attribute: str) -> str:
    if attribute in {"viewBox", "preserveAspectRatio"}:
        return attribute
    return attribute.rstrip("_").replace("_", "-")


def _value(value: object) -> str:
    return _number(value) if isinstance(value, float) else escape(str(value))


def _number(value: float) -> str:
    """To a hundredth, as short as possible.

    >>> _number(1.0), _number(2 / 3)
    ('1', '0.67')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")
