"""Numbers and instants as HTML: exactly in `value` or `datetime`, for programs, and rounded for people."""

from markupsafe import Markup

from reports.languages.formats import Formats, local


class PageFormats(Formats):
    def plain(self, number: int) -> str:
        return super().number(number)

    def number(self, number: int) -> Markup:
        return _data(number, super().number(number))

    def members_plain(self, millionths: int) -> str:
        return super().members(millionths)

    def members(self, millionths: int) -> Markup:
        return _data(millionths, super().members(millionths))

    def whole(self, millionths: int) -> Markup:
        return _data(millionths, super().whole(millionths))

    def at_least(self, millionths: int) -> Markup:
        return _data(millionths, super().at_least(millionths))

    def rupiah(self, idr: int) -> Markup:
        return _data(idr, super().rupiah(idr))

    def instant(self, instant_us: int) -> Markup:
        return _time(instant_us, super().instant(instant_us))

    def clock(self, instant_us: int) -> Markup:
        return _time(instant_us, super().clock(instant_us))


def _data(value: int, words: str) -> Markup:
    return Markup('<data value="{}">{}</data>').format(value, words)


def _time(instant_us: int, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(
        local(instant_us).isoformat(timespec="seconds"), words
    )
