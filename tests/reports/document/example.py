"""A small document with every kind of part, for tests of those who write documents."""

from models.language import Language
from reports.document.parts import (
    Card,
    Cards,
    Cell,
    Column,
    Definition,
    Definitions,
    Document,
    Gallery,
    Group,
    Labels,
    Listing,
    Note,
    Paragraph,
    Picture,
    Role,
    Row,
    Section,
    Table,
    Unit,
)
from reports.drawing.bars import Column as Bar
from reports.drawing.bars import columns, progress

AWKWARD = "<b> & \"quoted\" 'name' #let $x$ *star* _line_ \\ @ref"
LONGEST = "k" * 64
"""As long as a campaign's id may be."""


def picture(alternative: str, title: str = "") -> Picture:
    return Picture(columns([Bar("Jan", 1, "1"), Bar("Feb", 3, "3")], alternative), alternative, title)


def members(millionths: int) -> Cell:
    return Cell(f"{millionths / 1_000_000:,.1f}", millionths, Unit.MEMBERS)


EXAMPLE = Document(
    Language.EN,
    "A report",
    "Depok, January 2017",
    (Definition("Store", "batch 3"), Definition("Awkward", AWKWARD)),
    (
        Section(
            "first",
            "Members",
            (
                Paragraph(AWKWARD),
                Cards(
                    (
                        Card(
                            "worker",
                            "Workers",
                            Cell("1,234", 1234, Unit.COUNT),
                            ("of 5,000", "behind"),
                            Picture(progress(1, 4, 2, "a quarter"), "a quarter"),
                        ),
                        Card("company", "Companies", Cell("5", 5, Unit.COUNT), ()),
                    )
                ),
                Note("Take care."),
                picture("Members by month"),
            ),
            (
                Section(
                    "inner",
                    "By campaign",
                    (
                        Table(
                            "campaigns",
                            "Workers by campaign",
                            "Campaign",
                            (Column("first", "First touch"), Column("what", "What", is_number=False)),
                            (
                                Group(
                                    (
                                        Row("worker", "Workers", (members(1_500_000), Cell(AWKWARD))),
                                        Row(
                                            "cost", "Rp per worker", (Cell("-", None, Unit.RUPIAH), Cell(""))
                                        ),
                                    ),
                                    "wayang",
                                    LONGEST,
                                    "3 events",
                                ),
                                Group(
                                    (Row("worker", "Workers", (members(1), Cell("x"))),),
                                    "organic",
                                    "Organic",
                                    "",
                                    Role.ORGANIC,
                                ),
                                Group(
                                    (Row("sum", "All", (members(1_500_001), Cell("")), "together", Role.SUM),)
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        Section(
            "second",
            "Words",
            (
                Gallery((picture("One", "Sleman"), picture("Two", "Bantul"), picture("Three"))),
                Listing(("One thing.", AWKWARD)),
                Definitions((Definition("Touch", "An event that reached a member."),)),
            ),
        ),
    ),
    ("Made by Sambung.",),
    Labels("Contents", "Note", "Page %(number)s of %(pages)s"),
    3,
    1_504_231_207_900_000,
    "Batch 3, 1 September 2017, 09:00:07 WIB, rules 2017.1",
)
