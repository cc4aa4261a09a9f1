"""Warnings by rule: they stand whatever the ranking says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from involuntary.knowledge import Knowledge
from involuntary.knowledge.schema import Clause, RedFlagEntry
from involuntary.model import Case, ConditionMember, Management, RedFlag, Urgency
from involuntary.reason.differential import Ranking
from involuntary.reason.evidence import Evidence

__all__ = ["raise_red_flags", "routine_advice", "with_concerns"]

_ORDER = list(Urgency)
_CONCERNS = 4


def raise_red_flags(case: Case, evidence: Sequence[Evidence], knowledge: Knowledge) -> tuple[RedFlag, ...]:
    """Give the red flags whose rule the case meets, most pressing first; what can wait is no red flag.

    Parameters
    ----------
    case : Case
        For laboratory values against limits.
    evidence : sequence of Evidence
        As `collect` gives it.
    knowledge : Knowledge
        Holds the rules as data.
    """
    raised = [
        RedFlag(flag.id, flag.why, flag.action, Urgency(flag.urgency), flag.source)
        for flag in knowledge.red_flags.values()
        if flag.urgency != "routine" and _stands(flag, case, evidence, knowledge)
    ]
    return tuple(sorted(raised, key=lambda flag: (_ORDER.index(flag.urgency), flag.id)))


def with_concerns(flags: Sequence[RedFlag], ranking: Ranking) -> tuple[RedFlag, ...]:
    """Give the flags with the conditions that name them and that what was told speaks for, however unlikely."""
    profiles, none = ranking.profiles, ranking.profiles.none
    with np.errstate(divide="ignore", invalid="ignore"):  # rows that do not stand have neither
        gained = np.log2(ranking.posterior) - ranking.prior_bits
    found = []
    for flag in flags:
        rows = [len(profiles.annotated) + i for i, entry in enumerate(profiles.curated) if flag.id in entry.red_flags]
        fitting = sorted((r for r in rows if gained[r] > gained[none]), key=lambda r: (-ranking.posterior[r], r))
        named = [(profiles.entry(row), float(ranking.posterior[row])) for row in fitting[:_CONCERNS]]
        found.append(replace(flag, concerns=tuple(ConditionMember(e.id, e.name, p) for e, p in named if e)))
    return tuple(found)


def routine_advice(case: Case, evidence: Sequence[Evidence], knowledge: Knowledge) -> tuple[Management, ...]:
    """Give what the rules advise that can wait, as `raise_red_flags` gives what cannot."""
    return tuple(
        Management(flag.name, flag.action, "refer", flag.why, flag.source)
        for flag in knowledge.red_flags.values()
        if flag.urgency == "routine" and _stands(flag, case, evidence, knowledge)
    )


def _stands(flag: RedFlagEntry, case: Case, evidence: Sequence[Evidence], knowledge: Knowledge) -> bool:
    def holds(clause: Clause) -> bool:
        return _holds(clause, case, evidence, knowledge)

    met = all(sum(map(holds, line.any)) >= line.at_least for line in flag.when)
    return met and not any(map(holds, flag.unless))


def _holds(clause: Clause, case: Case, evidence: Sequence[Evidence], knowledge: Knowledge) -> bool:
    if clause.finding:
        return any(e.present and e.term and knowledge.ontology.is_a(e.term, clause.finding) for e in evidence)
    if clause.exposure:
        return any(e.kind == "exposure" and e.entry == clause.exposure for e in evidence)
    if clause.onset:
        return case.onset.kind == clause.onset
    if clause.lab:
        return _lab_holds(clause, case, evidence, knowledge)
    if case.age_years is None:
        return False
    below, above = clause.age_below, clause.age_above
    return (below is None or case.age_years < below) and (above is None or case.age_years > above)


def _lab_holds(clause: Clause, case: Case, evidence: Sequence[Evidence], knowledge: Knowledge) -> bool:
    if clause.flag:
        return any(e.kind == "lab" and e.entry == clause.lab and e.value == clause.flag for e in evidence)
    entry = knowledge.labs[clause.lab]
    factors = {entry.unit: 1.0, **entry.units}
    for result in case.labs:
        found = knowledge.lab(result.name, result.loinc)
        if found is entry and result.value is not None and result.unit in factors:
            value = result.value * factors[result.unit] / factors[clause.unit]
            if (clause.below is None or value < clause.below) and (clause.above is None or value > clause.above):
                return True
    return False
