"""How pictures look on paper, as a style sheet for their classes; text has a contrast of 4.5, marks of 3."""

from typing import Final

PRINT_STYLE: Final = """\
.picture text { font-size: 9px; fill: #14202b; }
.picture .label { fill: #4a5965; }
.bar { fill: #0b5f6f; }
.bar.none, .piece.none { fill: #7a8791; }
.bar.compulsion, .piece.compulsion { fill: #b4540a; }
.track { fill: #e3e8ec; }
.mark { stroke: #14202b; stroke-width: 2; fill: none; }
.axis { stroke: #4a5965; stroke-width: 1; fill: none; }
.whisker { fill: none; stroke: #14202b; stroke-width: 1.2; }
.expected { fill: none; stroke: #0b5f6f; stroke-width: 1; stroke-dasharray: 2 2; }
.piece.persuasion { fill: #0b5f6f; }
.tile { stroke: #d5dbe0; stroke-width: .5; }
.shade-0 { fill: #eef1f3; }
.shade-1 { fill: #d9ecef; }
.shade-2 { fill: #b7dade; }
.shade-3 { fill: #8fc4cb; }
.shade-4 { fill: #5ea5b0; }
.shade-5 { fill: #0b5f6f; }
.tiles .value { font-weight: 600; font-size: 10.5px; }
.tiles text.on-dark { fill: #ffffff; }
"""


def as_file(svg: str, font: str) -> str:
    """A picture as a file of its own, with its colours and a family of fonts in it."""
    style = f"<style>text {{ font-family: {font}; }}\n{PRINT_STYLE}</style>"
    head, end, rest = svg.partition(">")
    return head.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + end + style + rest
