"""Plots a table's bars as a picture beside the page; needs the extra `bench` (`make bench` installs it)."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.figures import PLOTS, Bar, Table, many

BAR_PX, WIDTH_PX, WORDS_PX = 26, 420, 330
ENGINE, OTHERS = "#2a6f97", "#b8c4cc"


def write(table: Table, folder: Path = PLOTS) -> None:
    """Write `folder/NAME.svg` if the table has anything to plot."""
    if not table.bars:
        return
    if not (find_spec("altair") and find_spec("vl_convert")):
        print(f"No plot of {table.name}: `make bench` installs what draws it.")
        return
    folder.mkdir(parents=True, exist_ok=True)
    chart(table.bars).save(str(folder / f"{table.name}.svg"))


def chart(bars: Sequence[Bar]) -> Any:
    """Events per second as horizontal bars, in the table's order."""
    import altair as alt  # noqa: PLC0415  an optional dependency

    rows = [
        {
            "words": bar.words,
            "events/s": bar.events_per_s,
            "figures": f"{many(bar.events_per_s)}, engine : this {bar.ratio}",
            "colour": ENGINE if bar.words == "streams.engine" else OTHERS,
        }
        for bar in bars
    ]
    words = alt.Axis(title=None, labelLimit=WORDS_PX, domain=False, ticks=False)
    base = alt.Chart(alt.Data(values=rows)).encode(
        alt.X("events/s:Q", axis=alt.Axis(format=",d", grid=True, tickCount=5)),
        alt.Y("words:N", sort=None, axis=words),
    )
    lines = base.mark_bar(height=BAR_PX - 8).encode(color=alt.Color("colour:N", scale=None))
    labels = base.mark_text(align="left", dx=5).encode(text="figures:N")
    return (lines + labels).properties(width=WIDTH_PX, height=BAR_PX * len(rows)).configure_view(stroke=None)
