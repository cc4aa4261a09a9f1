"""What age, sex, onset, exposures, laboratory results and counter-evidence say of a curated condition.

Weights that nobody published are judgements; they are kept in one table here, small on purpose, and every
contribution that rests on one says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log2

from involuntary.knowledge.ontology import Ontology
from involuntary.knowledge.schema import Against, ConditionEntry, ExposureLink
from involuntary.reason.evidence import BEFORE, Evidence

__all__ = ["JUDGED", "JUDGEMENT", "WORDS_BITS", "Heard", "Judged", "Weighed", "weigh"]

JUDGEMENT = "expert-judgement"
# What one unit of `Wording.score` counts for: words repeat what codes tell, so a fifth of what they would alone.
WORDS_BITS = 0.3
_ONSETS = ("acute", "subacute", "chronic")


@dataclass(frozen=True, slots=True)
class Judged:
    """Weights by judgement, as likelihood ratios unless said otherwise.

    Attributes
    ----------
    exposure : tuple of (str, float)
        By the strength that an entry states, where it gives no risk ratio.
    exposure_most : float
        No published risk ratio counts for more.
    unexposed : float
        Of a condition that does not occur without an exposure, where exposures are told and none of them is it.
    against : float
        Of what the entry says argues against it.
    lab_background : float
        Share of people with an involuntary contraction whose test is off on one side, for whatever reason.
    lab_normal_floor : float
        Least that a normal result leaves of a condition whose test is always off.
    age_outside : float
        Share of people who begin outside the stated years; the entries state where nine in ten begin.
    age_span_years : float
        Years over which people without the condition spread.
    age_most : float
        An age counts for no more than this, either way.
    onset : tuple of float
        Of the way it began: as the entry says, one step beside it, two steps: acute, subacute and chronic shade
        into one another.
    """

    exposure: tuple[tuple[str, float], ...] = (("necessary", 30.0), ("strong", 15.0), ("moderate", 5.0), ("weak", 2.0))
    exposure_most: float = 50.0
    unexposed: float = 0.2
    against: float = 0.25
    lab_background: float = 0.05
    lab_normal_floor: float = 0.05
    age_outside: float = 0.1
    age_span_years: float = 80.0
    age_most: float = 8.0
    onset: tuple[float, float, float] = (1.5, 0.7, 0.3)


JUDGED = Judged()


@dataclass(frozen=True, slots=True)
class Weighed:
    """What one piece of evidence adds to one condition, in bits, and on whose word."""

    bits: float
    source: str


@dataclass(frozen=True, eq=False, slots=True)
class Heard:
    """Which conditions a piece of evidence can say anything of beyond the findings, so that no others are asked.

    Attributes
    ----------
    everyone : range
        The places of all.
    against : dict of (str, bool) to frozenset of int
        By HPO code and whether it is present, the places whose counter-evidence it is.
    named : dict of (str, str) to frozenset of int
        By kind of evidence and id of a laboratory test or substance, the places that speak of it.
    """

    everyone: range
    against: dict[tuple[str, bool], frozenset[int]]
    named: dict[tuple[str, str], frozenset[int]]

    @classmethod
    def of(cls, curated: Sequence[ConditionEntry], ontology: Ontology) -> Heard:
        """Index what the entries say."""
        against: dict[tuple[str, bool], set[int]] = {}
        named: dict[tuple[str, str], set[int]] = {}
        for place, entry in enumerate(curated):
            for claim in entry.argues_against:
                present = claim.state == "present"
                # To exclude a broader finding excludes what the claim names.
                codes = (claim.hpo,) if present or not claim.hpo else ontology.ancestors(claim.hpo)
                for code in filter(None, codes):
                    against.setdefault((code, present), set()).add(place)
                named.setdefault(("lab", claim.lab), set()).add(place)
            for feature in entry.labs:
                named.setdefault(("lab", feature.lab), set()).add(place)
            for link in entry.exposures:
                named.setdefault(("exposure", link.substance), set()).add(place)
        return cls(
            range(len(curated)),
            {key: frozenset(places) for key, places in against.items()},
            {key: frozenset(places) for key, places in named.items()},
        )

    def by(self, evidence: Evidence, ontology: Ontology) -> Iterable[int]:
        """Give the places of the conditions that a piece of evidence may say something of, ascending."""
        if evidence.kind not in {"finding", "lab", "exposure"}:
            return self.everyone
        codes: Iterable[str] = ()
        if evidence.term:
            codes = ontology.ancestors(evidence.term) if evidence.present else (evidence.term,)
        found = set(self.named.get((evidence.kind, evidence.entry), ())) if evidence.entry else set()
        return sorted(found.union(*(self.against.get((code, evidence.present), ()) for code in codes)))


def weigh(entry: ConditionEntry, evidence: Evidence, ontology: Ontology, judged: Judged = JUDGED) -> Weighed | None:
    """Weigh one piece of evidence beyond the findings; None where it says nothing of this condition.

    A laboratory result that the ontology names is a finding and counts there.
    """
    by_kind = _BY_KIND.get(evidence.kind)
    said = by_kind(entry, evidence, judged) if by_kind else None
    against = _against(entry, evidence, ontology, judged) if evidence.term or evidence.kind == "lab" else None
    if said is None or against is None:
        return said or against
    return Weighed(said.bits + against.bits, ", ".join(dict.fromkeys((said.source, against.source))))


def _against(entry: ConditionEntry, evidence: Evidence, ontology: Ontology, judged: Judged) -> Weighed | None:
    for claim in entry.argues_against:
        if _tells(claim, evidence, ontology):
            return Weighed(log2(judged.against), _judged(claim.source))
    return None


def _tells(claim: Against, evidence: Evidence, ontology: Ontology) -> bool:
    """Whether evidence is what a claim speaks of: a narrower finding where present, a broader one where excluded."""
    if claim.lab:
        return evidence.kind == "lab" and (evidence.entry, evidence.value) == (claim.lab, claim.flag)
    if not claim.hpo or not evidence.term or evidence.present != (claim.state == "present"):
        return False
    narrow, broad = (evidence.term, claim.hpo) if evidence.present else (claim.hpo, evidence.term)
    return ontology.is_a(narrow, broad)


def _judged(source: str) -> str:
    return source if source == JUDGEMENT else f"{source}, {JUDGEMENT}"


def _exposure(entry: ConditionEntry, evidence: Evidence, judged: Judged) -> Weighed | None:
    links = [link for link in entry.exposures if evidence.entry and link.substance == evidence.entry]
    if not links:
        return None
    best = max(links, key=lambda link: _ratio(link, judged))
    published = best.risk_ratio is not None
    return Weighed(log2(_ratio(best, judged)), best.source if published else _judged(best.source))


def _unexposed(entry: ConditionEntry, evidence: Evidence, judged: Judged) -> Weighed | None:
    told, needed = set(evidence.value.split()), [link for link in entry.exposures if link.strength == "necessary"]
    if not needed or told & {link.substance for link in entry.exposures}:
        return None
    return Weighed(log2(judged.unexposed), _judged(needed[0].source))


def _ratio(link: ExposureLink, judged: Judged) -> float:
    ratio = link.risk_ratio if link.risk_ratio is not None else dict(judged.exposure)[link.strength]
    return min(max(ratio, 1.0), judged.exposure_most)


def _lab(entry: ConditionEntry, evidence: Evidence, judged: Judged) -> Weighed | None:
    for feature in entry.labs:
        if feature.lab != evidence.entry or not evidence.value or evidence.term:
            continue
        share = feature.share.middle if feature.share else 0.5
        told = _judged(feature.source) if feature.share is None else feature.source
        if feature.flag == evidence.value:
            return Weighed(log2(max(share, judged.lab_background) / judged.lab_background), told)
        left = max(1.0 - share, judged.lab_normal_floor) / (1.0 - judged.lab_background)
        return Weighed(log2(left), told)
    return None


def _age(entry: ConditionEntry, evidence: Evidence, judged: Judged) -> Weighed | None:
    years = entry.age
    if years is None:
        return None
    if evidence.value == BEFORE and evidence.number >= years.low:
        return None  # it may have begun in the entry's years as well as not
    width = max(years.high - years.low, 5.0)
    inside = years.low <= evidence.number <= years.high
    density = (
        (1.0 - judged.age_outside) / width if inside else _tail(evidence.number, years.low, years.high, width, judged)
    )
    ratio = density * judged.age_span_years
    return Weighed(log2(min(max(ratio, 1 / judged.age_most), judged.age_most)), years.source)


def _tail(years: float, low: float, high: float, width: float, judged: Judged) -> float:
    """Density outside the stated years: it halves with every tenth of their width, so that an edge is no cliff."""
    beyond = low - years if years < low else years - high
    return float(judged.age_outside / width * 2.0 ** (-beyond / (0.1 * width)))


def _sex(entry: ConditionEntry, evidence: Evidence, judged: Judged) -> Weighed | None:
    if entry.sex is None:
        return None
    share = entry.sex.female if evidence.value == "female" else 1.0 - entry.sex.female
    return Weighed(log2(max(share, 0.01) / 0.5), entry.sex.source)


def _onset(entry: ConditionEntry, evidence: Evidence, judged: Judged) -> Weighed | None:
    if entry.course is None or not entry.course.onset:
        return None
    steps = min(abs(_ONSETS.index(evidence.value) - _ONSETS.index(kind)) for kind in entry.course.onset)
    return Weighed(log2(judged.onset[steps]), _judged(entry.course.source))


_BY_KIND: dict[str, Callable[[ConditionEntry, Evidence, Judged], Weighed | None]] = {
    "exposure": _exposure,
    "exposures": _unexposed,
    "lab": _lab,
    "age": _age,
    "sex": _sex,
    "onset": _onset,
}
