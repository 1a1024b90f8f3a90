"""Columns of a list: their names in Indonesian and English, and what they are in an event."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple

from models.events import EVENTS, EventType, wire_names
from models.intake.masking import mask_text

NUMBER: Final = "number"
"""Column that identifies a row where `member_id` does not."""
TIME: Final = "time"
"""Column with the time of day, where the one of the date has none."""
_MADE_HERE: Final = frozenset({"type", "event_id", "revision", "source"})
_EXTRA: Final[Mapping[EventType, Sequence[str]]] = {
    "enrollment": ("nik",),
    "outreach-event": ("attendee_niks",),
    "inspection": (),
}

_COMMON: Final = {
    NUMBER: ("nomor",),
    TIME: ("jam", "pukul", "waktu"),
    "status": ("status",),
    "occurred_at": (
        "tanggal", "tgl", "date", "tanggal kejadian", "tanggal daftar", "tanggal pendaftaran",
        "tanggal kepesertaan", "tanggal kegiatan", "tanggal kunjungan", "tanggal mulai",
    ),
    "recorded_at": ("tanggal dicatat", "tanggal catat", "tanggal input", "tanggal rekam"),
    "place": (
        "tempat", "kecamatan", "kapanewon", "kemantren", "sub district", "subdistrict", "wilayah", "lokasi",
        "kode wilayah", "kode tempat", "kode kecamatan", "tempat kerja",
    ),
    "company_id": (
        "npp", "nomor perusahaan", "no perusahaan", "id perusahaan", "company number", "employer number",
        "nomor pendaftaran perusahaan",
    ),
    "campaign_id": ("kampanye", "id kampanye", "campaign", "nama kampanye"),
    "cost_idr": ("biaya", "cost", "biaya rp", "biaya rupiah"),
}  # fmt: skip
_OWN: Final[Mapping[EventType, Mapping[str, Sequence[str]]]] = {
    "enrollment": {
        "member_id": (
            "nomor peserta", "no peserta", "nomor anggota", "no anggota", "id peserta", "id anggota", "kpj",
            "no kpj", "nomor kpj", "member", "member number", "membership number",
        ),
        "kind": ("jenis", "jenis peserta", "jenis anggota", "tipe"),
        "person": ("hash nik",),
        "nik": (
            "nik", "no nik", "nomor nik", "ktp", "no ktp", "nomor ktp", "nomor induk kependudukan",
            "national id",
        ),
        "declared": ("kampanye", "campaign", "kampanye yang disebut", "declared campaign"),
        "programs": ("program", "programmes", "program jaminan"),
    },
    "outreach-event": {
        "channel": ("kanal", "saluran", "jenis kegiatan"),
        "headcount": ("jumlah hadir", "jumlah orang", "jumlah yang hadir", "hadir", "people"),
        "attendees": ("hash nik peserta",),
        "attendee_niks": ("nik peserta", "nik yang hadir", "nik hadir", "nik", "niks", "national ids"),
        "companies": ("daftar npp", "npp perusahaan", "npp yang hadir"),
    },
    "inspection": {
        "team": ("tim", "nama tim"),
        "stage": ("tahap", "tahapan"),
        "outcome": ("hasil", "hasil kunjungan"),
    },
}  # fmt: skip


class Column(NamedTuple):
    """A column of a list."""

    field: str
    at: int
    """From 0."""
    label: str
    """For people: C (kecamatan)."""


class Headers(NamedTuple):
    """What a line of headers says."""

    columns: tuple[Column, ...]
    unknown: tuple[str, ...]
    """Labels of those that no field is named for; their cells are not sent."""
    twice: tuple[str, ...]
    """Sentences on fields that have two columns."""


def fields(kind: EventType) -> dict[str, tuple[str, ...]]:
    """Names of the columns of a list, by field: first the one of the template."""
    own = _OWN[kind]
    wanted = (set(wire_names(EVENTS[kind])) - _MADE_HERE) | {*_EXTRA[kind], NUMBER, TIME}
    order = [*own, *_COMMON]
    found = {name: (*own.get(name, ()), *(() if name in own else _COMMON.get(name, ()))) for name in wanted}
    return {name: (*found[name], name) for name in sorted(wanted, key=order.index)}


def required(kind: EventType) -> set[str]:
    """Fields that every row needs."""
    model = EVENTS[kind].model_fields
    needed = {name for name, attribute in wire_names(EVENTS[kind]).items() if model[attribute].is_required()}
    return needed - _MADE_HERE - {"recorded_at"} | ({NUMBER} if kind != "enrollment" else set())


def template(kind: EventType) -> list[str]:
    """Headers of an empty list, in Indonesian."""
    left_out = {TIME, "person", "attendees"} | ({NUMBER} if kind == "enrollment" else set())
    return [names[0] for field, names in fields(kind).items() if field not in left_out]


def read_headers(kind: EventType, cells: Sequence[object], labels: Sequence[str]) -> Headers:
    """Which column is which field; in any order, case and punctuation."""
    names = _fields_by_name(kind)
    columns: list[Column] = []
    unknown, twice = [], []
    for index, cell in enumerate(cells):
        text = str(cell).strip() if cell is not None else ""
        if not text:
            continue
        label, field = f"{labels[index]} ({mask_text(text)})", names.get(_plain(text))
        same = next((one for one in columns if one.field == field), None)
        if field is None:
            unknown.append(label)
        elif same is not None:
            twice.append(f"columns {same.label} and {label} both say `{field}`; leave one of them")
        else:
            columns.append(Column(field, index, label))
    return Headers(tuple(columns), tuple(unknown), tuple(twice))


def near(kind: EventType, unknown: str) -> str:
    """The known name that an unknown one may be meant for, or nothing."""
    names = {_plain(name): name for field, all_names in fields(kind).items() for name in (field, *all_names)}
    text = _plain(unknown.partition("(")[2].rstrip(")"))
    return next((names[one] for one in get_close_matches(text, names, 1, 0.8)), "")


def _fields_by_name(kind: EventType) -> Mapping[str, str]:
    return {_plain(name): field for field, names in fields(kind).items() for name in (field, *names)}


def _plain(text: str) -> str:
    """Without remarks in brackets, case, blanks and punctuation: `N.I.K. (16 digit)` is `nik`."""
    short = re.sub(r"\([^)]*\)", " ", text)
    return "".join(re.findall(r"[^\W_]+", (short if short.strip() else text).casefold()))
