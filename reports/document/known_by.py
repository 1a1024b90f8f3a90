"""Persuasion and compulsion apart, and how well it is known what reached a member."""

from collections.abc import Mapping

from reports.credited import Credit
from reports.document import parts
from reports.document.efforts import credit_cells, model_columns
from reports.document.figures import Figures
from reports.document.words import Words
from reports.drawing.rows import Bar, rows
from reports.languages.names import APPROACHES, EFFORTS, EVIDENCE, KINDS, MODELS
from reports.targets import USUAL_MODEL

ACTIVE = "active"


def approaches_section(found: Figures, say: Words) -> parts.Section:
    lead = parts.Paragraph(
        say(
            "A warning letter or a sanction compels; everything else persuades, a first visit too. The two "
            "are never added up here."
        )
    )
    pictures = tuple(_approach_picture(found.approaches, kind, say) for kind in KINDS if found.count(kind))
    table = parts.Table(
        "approaches",
        say("Workers and companies by persuasion and compulsion"),
        say("Approach"),
        (*model_columns(say), parts.Column("share", say("Share"))),
        tuple(_credit_group(found.approaches, kind, _approaches(say), say) for kind in KINDS),
    )
    model = say.named(MODELS, USUAL_MODEL)
    share = parts.Paragraph(say("Shares are those under the model %(model)s.", model=model))
    return parts.Section(
        "approaches", say("Persuasion and compulsion, apart"), (lead, *pictures, table, share)
    )


def evidence_section(found: Figures, say: Words) -> parts.Section:
    lead = parts.Paragraph(
        say(
            "From strong to weak: a campaign that the form names, a list of attendance, an event or an "
            "inspection at the employer, an event held nearby. To have been nearby proves little, so it "
            "earns a part of a member only; the rest is organic."
        )
    )
    columns = tuple(
        column
        for kind in KINDS
        for column in (
            parts.Column(kind, say.named(KINDS, kind)),
            parts.Column(f"{kind}_share", say("Share")),
        )
    )
    members = parts.Table(
        "members_by_evidence",
        say("Members by the strongest evidence in their journeys"),
        say("Evidence"),
        columns,
        (parts.Group(tuple(_evidence_row(found, *one, say) for one in _evidence(say).items())),),
    )
    credit = parts.Table(
        "credit_by_evidence",
        say("Credit by the evidence of each touch"),
        say("Evidence"),
        (*model_columns(say), parts.Column("share", say("Share"))),
        tuple(_credit_group(found.evidence, kind, _evidence(say), say) for kind in KINDS),
    )
    return parts.Section("evidence", say("How well it is known"), (lead, members, credit))


def _approaches(say: Words) -> Mapping[str, str]:
    return {name: say.named(APPROACHES, name) for name in APPROACHES}


def _evidence(say: Words) -> Mapping[str, str]:
    return {name: evidence_title(name, say) for name in EVIDENCE}


def _evidence_row(found: Figures, evidence: str, title: str, say: Words) -> parts.Row:
    cells: list[parts.Cell] = []
    for kind in KINDS:
        of_kind = [one for one in found.memberships if (one.kind, one.status) == (kind, ACTIVE)]
        members = sum(one.members for one in of_kind if one.evidence == evidence)
        cells += [say.count(members), say.share(members, sum(one.members for one in of_kind))]
    return parts.Row(evidence, title, tuple(cells), role=_role(evidence))


def evidence_title(evidence: str, say: Words) -> str:
    name = say.named(EVIDENCE, evidence)
    return name[:1].upper() + name[1:]


def _role(name: str) -> parts.Role:
    return parts.Role.ORGANIC if name == "none" else parts.Role.USUAL


def _credit_group(found: Credit, kind: str, names: Mapping[str, str], say: Words) -> parts.Group:
    credit = {name: found.get(name, {}).get(kind, {}) for name in names}
    whole = sum(one.get(USUAL_MODEL, 0) for one in credit.values())
    return parts.Group(
        tuple(
            parts.Row(
                name,
                title,
                (*credit_cells(credit[name], say), say.share(credit[name].get(USUAL_MODEL, 0), whole)),
                _detail(name, kind, say),
                _role(name),
            )
            for name, title in names.items()
        ),
        kind,
        say.named(KINDS, kind),
    )


def _detail(name: str, kind: str, say: Words) -> str:
    return say.named(EFFORTS, name) if name in {"persuasion", "compulsion"} and kind == "worker" else ""


def _approach_picture(found: Credit, kind: str, say: Words) -> parts.Picture:
    bars = []
    for name in APPROACHES:
        credit = [found.get(name, {}).get(kind, {}).get(model, 0) for model in MODELS]
        usual = credit[list(MODELS).index(USUAL_MODEL)]
        bars.append(
            Bar(say.named(APPROACHES, name), usual, say.form.tenths(usual), min(credit), max(credit), name)
        )
    title = say(
        "%(kind)s: %(model)s, with lines across all five models",
        kind=say.named(KINDS, kind),
        model=say.named(MODELS, USUAL_MODEL),
    )
    words = say("%(title)s. The table below has the numbers.", title=title)
    return parts.Picture(rows(bars, words), words, title)
