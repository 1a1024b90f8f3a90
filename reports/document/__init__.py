"""The report that is filed, as plain values in one language; how it is written down is decided elsewhere.

`figures` (`reports.document.figures`) takes every number from one snapshot of the store, and `compose`
(`reports.document.compose`) puts them into words:

    found = figures(connection, moment, scope, places)
    document = compose(found, language)

A writer (`sambung.reporting`) turns the `Document` of `reports.document.parts` into HTML or PDF, and adds no
word and no number: whatever is read stands in the parts, ready to print. Numbers stand in cells, exactly as
`value` and in words as `text`. Pictures are SVG text of `reports.drawing`, coloured by the classes of whoever
shows them; `reports.drawing.print_style.as_file` makes one a file of its own, with the colours of print.

No part has a clock or a path in it: the same store gives the same document. A small one with
every kind of part is in `tests/reports/document/example.py`.
"""
