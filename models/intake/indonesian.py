"""Errors of events in Indonesian, for the answers of a gateway."""

from collections.abc import Mapping
from typing import Final, get_args

from models.events import Channel
from models.intake.phrases import Wording

_ID = "(1 sampai 64 karakter dari A-Z a-z 0-9 . _ -)"
_INSTANT = (
    "tanggal dan waktu yang benar dari tahun 1900 sampai 2100 dengan selisih zona waktunya, misalnya "
    "2017-09-01T09:00:00+07:00"
)
_SUB_DISTRICT = "kode kecamatan, misalnya 34.04.07"

WRITE: Final[Mapping[str, str]] = {
    "event_id": "UUID kejadian ini, 36 karakter dengan huruf kecil",
    "revision": "bilangan bulat dari 0 sampai 2147483647, tanpa tanda kutip",
    "status": "active atau cancelled",
    "occurred_at": _INSTANT,
    "recorded_at": _INSTANT,
    "source": "nama aplikasi atau tim dalam 1 sampai 64 karakter, tanpa karakter kendali",
    "member_id": f"nomor kepesertaan {_ID}, jangan NIK",
    "kind": "worker atau company",
    "company_id": f"nomor pendaftaran perusahaan {_ID}, jangan NIK",
    "person": "64 karakter yang dibuat oleh `sambung person` dari NIK, atau null",
    "declared": f"id kampanye {_ID}, tetapi bukan organic, atau null",
    "programs": "daftar dari JKK, JKM, JHT dan JP, atau []",
    "campaign_id": f"id kampanye {_ID}, tetapi bukan organic",
    "channel": f"salah satu dari {', '.join(get_args(Channel))}",
    "headcount": "bilangan bulat dari 0 sampai 10000000, tanpa tanda kutip",
    "attendees": "daftar paling banyak 5000 dari 64 karakter yang dibuat oleh `sambung person`, atau []",
    "companies": f"daftar paling banyak 1000 nomor pendaftaran {_ID}, atau []",
    "cost_idr": "rupiah bulat dari 0 sampai 1000000000000000, tanpa tanda kutip",
    "team": "nama tim dalam 1 sampai 64 karakter, tanpa karakter kendali",
    "stage": "visit, sp1, sp2 atau sanction",
    "outcome": "promised, refused, registered, not_found atau other",
}
"""Valid values by field."""
PLACES: Final[Mapping[str, str]] = {
    "enrollment": _SUB_DISTRICT,
    "outreach-event": "kode provinsi (34), kabupaten/kota (34.04) atau kecamatan (34.04.07)",
    "inspection": _SUB_DISTRICT,
}
"""Valid values of `place` by event type."""

_LIKE_A_NATIONAL_ID = "tepat 16 angka, seperti NIK: jangan pernah mengirim NIK di sini."

INDONESIAN: Final = Wording(
    ".",
    {f"write {field}": text for field, text in WRITE.items()}
    | {f"write place of {topic}": text for topic, text in PLACES.items()}
    | {
        # no JSON object
        "no value": "Rekaman ini tidak berisi; kirim kejadian sebagai satu objek JSON.",
        "no UTF-8": "Bita {byte} bukan UTF-8; simpan teks sebagai UTF-8.",
        "no JSON": "Bukan JSON mulai dari karakter {character}; kirim satu objek JSON.",
        "no object": "Ini JSON tetapi bukan objek; kirim satu objek dalam kurung kurawal, dengan nama untuk "
        "setiap kolom.",
        "byte order mark": "Teks diawali byte order mark; simpan sebagai UTF-8 tanpa itu.",
        "too deep": "Daftar dan objek bersarang lebih dalam dari {levels} tingkat; satu kejadian punya dua.",
        "no number": "{word} bukan JSON; hilangkan kolom itu, atau tulis sebuah bilangan.",
        "half a pair": "Sebuah \\u hanya separuh pasangan surrogate; tulis keduanya, atau hurufnya.",
        # the event as a whole
        "too large": "Kejadian ini {size} bita; paling banyak {most} bita diterima. Perpendek, atau bagi "
        "pesertanya ke beberapa kejadian.",
        "wrong topic": "Kejadian ini berjenis {stated}, tetapi datang di topik {topic}; kirim ke topik "
        "{stated}.",
        "company differs": "`company_id` berbeda dari `member_id`, padahal `kind` adalah company; tulis "
        "nomor perusahaan di keduanya.",
        "person of a company": "`person` terisi, padahal `kind` adalah company; tulis null, perusahaan tidak "
        "memilikinya.",
        # fields
        "names no topic": "`type` adalah {found}; tulis salah satu dari {types}.",
        "unknown place": "`place` adalah {code}, yang tidak ada di daftar wilayah; tulis kode dari daftar, "
        "atau minta daftar dilengkapi dan rekaman ini dikirim ulang.",
        "no field": "{name} bukan kolom kejadian ini; hilangkan, atau pakai salah satu dari {known}.",
        "missing": "`{field}` tidak ada; tulis {wanted}.",
        "too many entries": "`{field}` berisi terlalu banyak entri; tulis {wanted}.",
        "wrong": "{where} adalah {found}; tulis {wanted}.",
        "more wrong": "{count} kolom atau entri lain juga salah.",
        # national ids
        "id as a name": f"nama sebuah kolom berisi {_LIKE_A_NATIONAL_ID} Hilangkan kolom itu.",
        "id as a name in": f"nama sebuah kolom dalam {{where}} berisi {_LIKE_A_NATIONAL_ID} Hilangkan kolom "
        "itu.",
        "id in a field": f"{{where}} berisi {_LIKE_A_NATIONAL_ID} Tulis {{wanted}}.",
        "id elsewhere": f"{{where}} berisi {_LIKE_A_NATIONAL_ID} Hilangkan kolom itu.",
        "more ids": "{count} teks lain juga berisi tepat 16 angka.",
        # fields of a gateway's own
        "no national id": "`{field}` bukan NIK; tulis 16 angkanya dalam tanda kutip, atau hilangkan.",
        "no national ids": "`attendee_niks` bukan daftar dengan paling banyak {most} NIK; tulis daftar, atau "
        "hilangkan.",
        "no national id in the list": "entri {number} dari `attendee_niks` bukan NIK; tulis 16 angkanya "
        "dalam tanda kutip, atau hilangkan.",
        "beside": "`{field}` ada di samping `{counterpart}`, yang dibuat darinya; kirim salah satu saja.",
        "national id of a company": "`nik` terisi, padahal `kind` adalah company; hilangkan, perusahaan "
        "tidak memilikinya.",
        "clock ahead": "`recorded_at` lebih dari sehari di depan; periksa tanggal dan jam perangkat.",
        # where
        "field": "`{name}`",
        "entry": "entri {number}",
        "entry of": "entri {number} dari {where}",
        "field in": "{name} dalam {where}",
        "something in": "sesuatu dalam {where}",
        # what was found
        "absent": "kosong",
        "text": "teks {quoted}",
        "long text": "{quoted} dengan {length} karakter",
        "as is": "{text}",
        "list": "sebuah daftar",
        "object": "sebuah objek",
        "huge number": "bilangan dengan lebih dari 20 angka",
    },
)
