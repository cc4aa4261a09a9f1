"""The whole assessment: both witnesses heard, weighed and explained."""

from __future__ import annotations

from collections.abc import Sequence

from involuntary._version import __version__
from involuntary.knowledge import Knowledge, load
from involuntary.knowledge.schema import Remedy
from involuntary.model import Assessment, Case, ConditionResult, Management, PhenomenonResult, RedFlag, Urgency
from involuntary.reason.citations import references
from involuntary.reason.differential import rank
from involuntary.reason.evidence import Evidence, collect, unweighed
from involuntary.reason.explanation import conditions
from involuntary.reason.next_step import next_steps
from involuntary.reason.phenomenology import phenomena
from involuntary.reason.red_flags import raise_red_flags, routine_advice, with_concerns

__all__ = ["DISCLAIMER", "assess"]

DISCLAIMER = (
    "This supports a clinician's judgement and does not replace it. It is no medical device. "
    "It knows only what was told and recorded; what was not looked at is not absent."
)
# Conditions and phenomena at least this probable bring their management along.
_LIKELY = 0.1
_MANAGED = 3
# A finding that no leading condition raises by at least this much is unexplained.
_EXPLAINED_BITS = 0.5
_LEADING = 3


def assess(case: Case, knowledge: Knowledge | None = None) -> Assessment:
    """Say what could stand behind a case.

    Parameters
    ----------
    case : Case
        What was told and, through `Case.add`, what recordings showed.
    knowledge : Knowledge, optional
        The facts to weigh by; the default release when None.

    Returns
    -------
    Assessment
        Phenomena, conditions with contributions that add up to their posterior, red flags before all else.
    """
    knowledge = load() if knowledge is None else knowledge
    evidence = collect(case, knowledge)
    ranking = rank(case, evidence, knowledge)
    ranked = conditions(ranking, knowledge)
    kinds = phenomena(evidence, knowledge, ranking)
    flags = with_concerns(raise_red_flags(case, evidence, knowledge), ranking)
    management = (*routine_advice(case, evidence, knowledge), *_management(kinds, ranked, knowledge))
    return Assessment(
        phenomena=kinds,
        conditions=ranked,
        unexplained=_unexplained(evidence, ranked),
        red_flags=flags,
        urgency=_urgency(flags, evidence, ranked, knowledge),
        next_steps=next_steps(ranking, knowledge),
        management=management,
        observations=case.observations,
        knowledge=knowledge.versions,
        version=__version__,
        disclaimer=DISCLAIMER,
        notes=unweighed(evidence),
        references=references((*kinds, *ranked), flags, management, knowledge),
    )


def _unexplained(evidence: Sequence[Evidence], ranked: Sequence[ConditionResult]) -> tuple[str, ...]:
    told = [e.name for e in evidence if e.present and e.kind in {"finding", "lab"} and e.term]
    explained = {c.finding for r in ranked[:_LEADING] for c in r.supports if c.bits >= _EXPLAINED_BITS}
    return tuple(name for name in told if name not in explained)


def _urgency(
    flags: Sequence[RedFlag], evidence: Sequence[Evidence], ranked: Sequence[ConditionResult], knowledge: Knowledge
) -> Urgency:
    """Give the most pressing flag's urgency; self-care only where every likely condition can be cared for at home."""
    if flags:
        return flags[0].urgency
    likely = [r for r in ranked[:_LEADING] if r.probability >= _LIKELY]
    entries = [knowledge.conditions.get(r.id) for r in likely]
    weak = any(e.kind == "finding" and e.present and knowledge.ontology.is_a(e.term, "HP:0001324") for e in evidence)
    homely = bool(entries) and all(e and any(m.kind == "self-care" for m in e.management) for e in entries)
    return Urgency.SELF_CARE if homely and not weak else Urgency.ROUTINE


def _management(
    kinds: Sequence[PhenomenonResult], ranked: Sequence[ConditionResult], knowledge: Knowledge
) -> tuple[Management, ...]:
    likely = [knowledge.conditions[r.id] for r in ranked[:_MANAGED] if r.id in knowledge.conditions]
    shown = [knowledge.phenomena[k.id] for k in kinds[:_MANAGED] if k.probability >= 0.5]
    return tuple(_managed(entry.name, remedy) for entry in (*likely, *shown) for remedy in entry.management)


def _managed(what_for: str, remedy: Remedy) -> Management:
    return Management(what_for, remedy.what, remedy.kind, remedy.caution, remedy.source)
