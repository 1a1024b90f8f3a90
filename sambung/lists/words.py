"""Indonesian words for values that an event has in English."""

import re
from collections.abc import Mapping
from typing import Final

from sambung.lists.cells import Cell, text_of

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "kind": {
        "pekerja": "worker", "tenaga kerja": "worker", "tk": "worker", "bpu": "worker", "pu": "worker",
        "perusahaan": "company", "badan usaha": "company", "pemberi kerja": "company",
    },
    "status": {"aktif": "active", "batal": "cancelled", "dibatalkan": "cancelled"},
    "channel": {
        "wayang kulit": "wayang", "jalan sehat": "healthy_walk", "healthy walk": "healthy_walk",
        "lomba perahu": "sailing_race", "lomba layar": "sailing_race", "sailing race": "sailing_race",
        "sosialisasi massal": "mass_socialisation", "sosialisasi": "mass_socialisation",
        "mass socialisation": "mass_socialisation", "pertemuan lembaga": "institution_meeting",
        "institution meeting": "institution_meeting", "agen perisai": "perisai",
        "lainnya": "other", "lain": "other",
    },
    "stage": {"kunjungan": "visit", "sp 1": "sp1", "sp 2": "sp2", "sanksi": "sanction"},
    "outcome": {
        "berjanji": "promised", "janji": "promised", "menolak": "refused", "ditolak": "refused",
        "mendaftar": "registered", "terdaftar": "registered", "tidak ditemukan": "not_found",
        "not found": "not_found", "lainnya": "other", "lain": "other",
    },
}  # fmt: skip
"""By field."""


def word_of(field: str, cell: Cell) -> str:
    """The event's own word; another one as it is, for whoever judges the event."""
    text = text_of(cell)
    plain = " ".join(re.findall(r"\w+", text.casefold()))
    return _WORDS[field].get(plain, "_".join(plain.split()))


def has_words(field: str) -> bool:
    return field in _WORDS
