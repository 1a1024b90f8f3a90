"""What the numbers cannot say."""

from reports.document.figures import Figures
from reports.document.parts import Listing, Paragraph, Section
from reports.document.words import Words


def limits_section(_: Figures, say: Words) -> Section:
    lead = Paragraph(say("The numbers are exact sums of what was recorded. They do not say:"))
    items = (
        say(
            "Whether somebody would have joined anyway. Credit says which efforts reached a member before "
            "it joined, not that they made it join: nobody was left out at random to compare with."
        ),
        say(
            "What an anonymous crowd brought. Of a show only its place and its size are known; who was "
            "there is not. Efforts with lists of names are seen better, and get more credit for it."
        ),
        say(
            "That organic members were reached by nobody. Organic means that no event, list or form names "
            "what reached them."
        ),
        say(
            "What an effort costs in all. Salaries, travel and time of the agency are in it only where "
            "they were reported with the event."
        ),
        say(
            "How sure a number is. Where the five models differ, they differ by how credit is shared; "
            "that is no statistical margin of error."
        ),
        say(
            "Whether contributions are paid, and for how long somebody stays. A member is whoever was "
            "enrolled, and whose enrollment was not cancelled."
        ),
        say(
            "What will be. The forecast goes on with the last 28 days, and knows of no season, holiday or "
            "campaign to come."
        ),
        say(
            "The last word on the newest days. Late lists still add to them, and corrections change older "
            "ones; so two reports of different days differ, and sambung explain says why."
        ),
    )
    return Section("limits", say("What the numbers cannot say"), (lead, Listing(items)))
