"""Names of what the numbers are about, to be translated."""

from typing import Final


def to_translate(words: str) -> str:
    """Marks words that stand in a catalog."""
    return words


N_ = to_translate

CHANNELS: Final = {
    "wayang": N_("Wayang show"),
    "healthy_walk": N_("Healthy walk"),
    "sailing_race": N_("Sailing race"),
    "mass_socialisation": N_("Mass socialisation"),
    "institution_meeting": N_("Meeting with institutions"),
    "perisai": N_("Perisai agents"),
    "inspection": N_("Inspection"),
    "declared": N_("Named on the form only"),
    "organic": N_("Organic"),
    "other": N_("Other"),
}
MODELS: Final = {
    "first": N_("First touch"),
    "last": N_("Last touch"),
    "linear": N_("Equal shares"),
    "position": N_("First and last most"),
    "time_decay": N_("Recent touches most"),
}
KINDS: Final = {"worker": N_("Workers"), "company": N_("Companies")}
EVENTS: Final = {
    "worker": N_("A worker joined"),
    "company": N_("A company joined"),
    "outreach-event": N_("Outreach"),
    "inspection": N_("Inspection"),
}
EVIDENCE: Final = {
    "declared": N_("named on the form"),
    "attendance": N_("on the attendance list"),
    "company": N_("through the employer"),
    "place": N_("held nearby"),
    "none": N_("no known effort"),
}
APPROACHES: Final = {
    "persuasion": N_("Persuasion"),
    "compulsion": N_("Compulsion"),
    "none": N_("Organic"),
}
REASONS: Final = {
    "too_large": N_("too large"),
    "not_json": N_("not JSON"),
    "wrong_topic": N_("of another type"),
    "raw_national_id": N_("has a national id"),
    "invalid": N_("a field is wrong"),
    "unknown_place": N_("the place is not known"),
    "conflict": N_("conflicts with another record"),
}
OUTCOMES: Final = {
    "ready": N_("it would be accepted"),
    "done": N_("nothing: its event is there in this revision or a higher one"),
    "refused": N_("it would be refused again"),
    "conflict": N_("it would lose again; a higher revision corrects the event"),
    "masked": N_("the app has to send it without the national id"),
}
EFFORTS: Final = {
    "persuasion": N_("Shows, walks, meetings, agents and first visits"),
    "compulsion": N_("Warning letters and sanctions"),
    "none": N_("No known effort"),
}
