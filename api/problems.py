"""Faults of a whole request, as `application/problem+json` (RFC 9457) in the client's language."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import msgspec

from api.languages import Words
from models.language import Language

MEDIA_TYPE: Final = "application/problem+json"
NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
NO_MORE: Final[Mapping[str, object]] = MappingProxyType({})
RETRY_S: Final = 5
"""Value of `Retry-After` while a service is away."""

TITLES: Final[Mapping[int, Words]] = {
    400: Words("Permintaan tidak dapat dibaca", "The request cannot be read"),
    401: Words("Kunci diperlukan", "A key is needed"),
    403: Words("Tidak diizinkan", "Not allowed"),
    404: Words("Tidak ditemukan", "Not found"),
    405: Words("Metode tidak didukung", "This method is not supported"),
    408: Words("Terlalu lambat", "Too slow"),
    409: Words("Bertentangan", "In conflict"),
    413: Words("Terlalu besar", "Too large"),
    415: Words("Jenis isi tidak didukung", "This type of content is not supported"),
    429: Words("Terlalu banyak permintaan", "Too many requests"),
    431: Words("Tajuk terlalu besar", "The headers are too large"),
    500: Words("Kesalahan pada server", "An error of the server"),
    503: Words("Sedang tidak tersedia", "Not available now"),
}
"""By status."""


class Problem(Exception):  # noqa: N818  it is what RFC 9457 calls it
    """A request that is answered with a fault; the detail says what to do and quotes nothing personal."""

    def __init__(
        self,
        status: int,
        reason: str,
        detail: Words,
        headers: Mapping[str, str] = NO_HEADERS,
        *,
        more: Mapping[str, object] = NO_MORE,
    ) -> None:
        """`reason` is a stable word for programs, such as `wrong_scope`; `more` are further members."""
        super().__init__(detail.en)
        self.status = HTTPStatus(status)
        self.reason = reason
        self.detail = detail
        self.headers = headers
        self.more = more

    def body(self, language: Language) -> bytes:
        title = TITLES.get(self.status, Words(self.status.phrase, self.status.phrase))
        return msgspec.json.encode(
            {
                "type": "about:blank",
                "title": title.told(language),
                "status": int(self.status),
                "reason": self.reason,
                "detail": self.detail.told(language),
                **self.more,
            }
        )


def unavailable(reason: str, detail: Words, retry_s: int = RETRY_S) -> Problem:
    """503 with `Retry-After`."""
    return Problem(503, reason, detail, {"Retry-After": str(retry_s)})


def no_such_route() -> Problem:
    return Problem(404, "no_such_route", Words("Alamat ini tidak ada.", "There is nothing at this address."))
