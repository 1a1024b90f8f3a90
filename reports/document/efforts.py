"""Channels and campaigns under all credit models, with what they cost; organic always beside them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from reports.campaigns import Return
from reports.document import parts
from reports.document.figures import Figures
from reports.document.words import Words
from reports.drawing.rows import Bar, rows
from reports.languages.names import CHANNELS, MODELS
from reports.targets import USUAL_MODEL

MOST_CAMPAIGNS: Final = 20
"""Those with most workers are shown one by one, all others together."""


def channels_section(found: Figures, say: Words) -> parts.Section:
    channels = sorted(found.returns.channels, key=_order)
    shown = [*channels, found.returns.organic]
    groups = [
        _group(one, say.named(CHANNELS, one.name), "", found.returns.wider_channels, say) for one in channels
    ]
    table = parts.Table(
        "channels",
        say("Workers, companies and cost per member by channel"),
        say("Channel"),
        model_columns(say),
        (*groups, *_last_groups(found, say, shown)),
    )
    lead = parts.Paragraph(
        say(
            "Every member counts once, and all efforts that reached it share it. Each of the five credit "
            "models shares in its own way, and none is right by itself: where they are far apart, a number "
            "depends on the model."
        )
    )
    return parts.Section(
        "channels",
        say("What brings members, by channel"),
        (lead, _picture(shown, say), table, *_about_cost(found, say)),
    )


def campaigns_section(found: Figures, say: Words) -> parts.Section:
    campaigns = sorted(found.returns.campaigns, key=_order)
    shown, others = campaigns[:MOST_CAMPAIGNS], campaigns[MOST_CAMPAIGNS:]
    wider = found.returns.wider_campaigns
    groups = [_group(one, one.name, _channels(one, say), wider, say) for one in shown]
    blocks: list[parts.Block] = []
    if others:
        title = say.plural("%(num)s further campaign", "%(num)s further campaigns", len(others))
        rest = sum_of(others, "rest")
        wider_rest = {"rest": sum(wider.get(one.name, 0) for one in others)}
        groups.append(_group(rest, title, "", wider_rest, say)._replace(id="rest", role=parts.Role.REST))
        blocks.append(
            parts.Note(
                say(
                    "The %(most)s campaigns with most workers stand one by one, the other %(others)s "
                    "together. sambung campaigns --by campaign shows all.",
                    most=say.form.number(len(shown)),
                    others=say.form.number(len(others)),
                )
            )
        )
    table = parts.Table(
        "campaigns",
        say("Workers, companies and cost per member by campaign"),
        say("Campaign"),
        model_columns(say),
        (*groups, *_last_groups(found, say, [*campaigns, found.returns.organic])),
    )
    return parts.Section("campaigns", say("Campaigns"), (*blocks, table))


def model_columns(say: Words) -> tuple[parts.Column, ...]:
    return tuple(parts.Column(model, say.named(MODELS, model)) for model in MODELS)


def credit_cells(credit: Mapping[str, int], say: Words) -> tuple[parts.Cell, ...]:
    return tuple(say.credit(credit.get(model, 0)) for model in MODELS)


def sum_of(of: Iterable[Return], name: str) -> Return:
    """Of several efforts as one."""
    each = list(of)
    workers, companies = (
        {model: sum(getattr(one, kind).get(model, 0) for one in each) for model in MODELS}
        for kind in ("workers", "companies")
    )
    events, cost_idr = sum(one.events for one in each), sum(one.cost_idr for one in each)
    return Return(name, (), events, cost_idr, workers, companies)


def _order(one: Return) -> tuple[int, int, str]:
    return -one.workers.get(USUAL_MODEL, 0), -one.companies.get(USUAL_MODEL, 0), one.name


def _group(one: Return, title: str, before: str, wider: Mapping[str, int], say: Words) -> parts.Group:
    detail = [before] if before else []
    further = wider.get(one.name, 0)
    if one.events:
        detail.append(say.plural("%(num)s event", "%(num)s events", one.events))
        detail.append(f"Rp\N{NO-BREAK SPACE}{say.form.number(one.cost_idr)}")
    if further:
        detail.append(
            say.plural("%(num)s event for a larger area", "%(num)s events for a larger area", further)
        )
    return parts.Group(
        tuple(_rows(one, say, has_cost=bool(one.events) and not further)), one.name, title, " · ".join(detail)
    )


def _rows(one: Return, say: Words, *, has_cost: bool) -> Iterator[parts.Row]:
    yield parts.Row("worker", say("Workers"), credit_cells(one.workers, say))
    yield parts.Row("company", say("Companies"), credit_cells(one.companies, say))
    if has_cost:
        per_worker = tuple(say.rupiah(one.cost_per_worker_idr(model)) for model in MODELS)
        per_company = tuple(say.rupiah(one.cost_per_company_idr(model)) for model in MODELS)
        yield parts.Row("cost_per_worker", say("Rp per worker"), per_worker)
        yield parts.Row("cost_per_company", say("Rp per company"), per_company)


def _last_groups(found: Figures, say: Words, every: Sequence[Return]) -> Iterator[parts.Group]:
    organic = _group(found.returns.organic, say("Organic"), say("no known effort"), {}, say)
    yield organic._replace(role=parts.Role.ORGANIC)
    together = sum_of(every, "sum")
    detail = f"Rp\N{NO-BREAK SPACE}{say.form.number(together.cost_idr)}" if together.events else ""
    rows_of_sum = tuple(_rows(together, say, has_cost=False))
    yield parts.Group(rows_of_sum, "sum", say("All together"), detail, parts.Role.SUM)


def _channels(one: Return, say: Words) -> str:
    return ", ".join(say.named(CHANNELS, channel) for channel in one.channels)


def _picture(shown: Sequence[Return], say: Words) -> parts.Picture:
    bars = []
    for one in shown:
        credit = [one.workers.get(model, 0) for model in MODELS]
        usual = one.workers.get(USUAL_MODEL, 0)
        class_ = "none" if one.name == "organic" else ""
        name = say.named(CHANNELS, one.name)
        bars.append(Bar(name, usual, say.form.tenths(usual), min(credit), max(credit), class_))
    model = say.named(MODELS, USUAL_MODEL)
    title = say("Workers by channel: %(model)s, with lines across all five models", model=model)
    words = say("%(title)s. The table below has the numbers.", title=title)
    return parts.Picture(rows(bars, words), words, title)


def _about_cost(found: Figures, say: Words) -> Iterator[parts.Block]:
    yield parts.Paragraph(
        say(
            "Cost is what was reported with the events. It stands in full beside workers and beside "
            "companies, so the two costs per member must not be added. Where nobody is credited there is "
            "none."
        )
    )
    if found.scope.period is not None:
        yield parts.Note(
            say(
                "Events count by their own date, members by theirs: an event shortly before the period "
                "may have brought members in it, and its cost is not in this report."
            )
        )
    if found.scope.place is not None:
        yield parts.Note(
            say(
                "Events count for the place for which they were held, members for that in which they "
                "work: an event elsewhere may have brought in members here, and its cost is not in this "
                "report."
            )
        )
    if found.returns.wider_channels:
        yield parts.Note(
            say(
                "Events for a larger area than this place reached people here too. Their cost cannot be "
                "divided among places, so where there are such events no cost per member is given."
            )
        )
