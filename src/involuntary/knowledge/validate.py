"""Check entries against the ontology, the sources and each other; every problem is one line.

The schema holds the form of one file. What only the whole can tell is held here: each check is a small function
for one type of value, and a walk brings every value of every entry to the checks of its types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from involuntary.errors import nearest
from involuntary.knowledge import schema
from involuntary.knowledge.checksums import isbn_holds, loinc_holds
from involuntary.knowledge.describe import JUDGEMENT
from involuntary.knowledge.library import Knowledge
from involuntary.knowledge.mondo import MondoTable

__all__ = ["LAB_UNITS", "problems", "walk"]

LAB_UNITS = frozenset(
    {
        *("mol/L", "mmol/L", "µmol/L", "nmol/L", "pmol/L", "mEq/L", "mOsm/kg"),
        *("g/L", "mg/L", "µg/L", "ng/L", "g/dL", "mg/dL", "µg/dL", "ng/mL", "pg/mL"),
        *("U/L", "IU/L", "mIU/L", "kU/L", "µkat/L"),
        *("µg/24h", "mg/24h", "µmol/24h", "mmol/24h"),
        *("kPa", "mmHg", "%", "fL", "s", "mm/h", "mL/min/1.73m²", "10^9/L", "10^12/L", "1"),
    }
)
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ICD10 = re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?")
_ATC = re.compile(r"[A-Z](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_FORMS = {"icd10": _ICD10, "omim": re.compile(r"OMIM:\d{6}"), "orpha": re.compile(r"ORPHA:\d+")}
_IDENTIFIERS = ("doi", "pmid", "isbn", "organisation", "label")


@dataclass(frozen=True, slots=True)
class _World:
    """What a value is checked against, and the entry that holds it."""

    knowledge: Knowledge
    mondo: MondoTable
    entry: Any


def problems(knowledge: Knowledge, mondo: MondoTable) -> tuple[str, ...]:
    """Give every problem of the curated entries, each in one line: file, place, what is wrong and what is right.

    Parameters
    ----------
    knowledge : Knowledge
        The entries, and the release that their codes are looked up in.
    mondo : MondoTable
        Where Mondo's codes are looked up.
    """
    found = []
    cited: set[str] = set()
    for sort in ("phenomena", "conditions", "red_flags", "substances", "labs"):
        entries: dict[str, Any] = getattr(knowledge, sort)
        for entry in entries.values():
            world = _World(knowledge, mondo, entry)
            for place, value in walk(entry):
                what = f"{sort}/{entry.id}.yaml: {place}: " if place else f"{sort}/{entry.id}.yaml: "
                found += [what + message for check in _checks(value) for message in check(value, world)]
                if isinstance(value, schema.Claim):
                    cited.add(value.source)
        found += [f"{sort}/{message}" for message in _shared_names(entries)]
    found += [f"sources: {key}: {message}" for key, source in knowledge.sources.items() for message in _source(source)]
    found += [f"sources: {key}: no claim names it: remove it" for key in knowledge.sources if key not in cited]
    return tuple(found)


def walk(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Give every structure within an entry with its place, such as ``features[2]``, itself first."""
    if isinstance(value, msgspec.Struct):
        yield place, value
        for name in value.__struct_fields__:
            yield from walk(getattr(value, name), f"{place}.{name}" if place else name)
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from walk(item, f"{place}[{i}]")


def _checks(value: object) -> Iterator[Callable[[Any, _World], Iterator[str]]]:
    for sort, checks in _CHECKS.items():
        if isinstance(value, sort):
            yield from checks


def _is_cited(claim: schema.Claim, world: _World) -> Iterator[str]:
    if claim.source != JUDGEMENT and claim.source not in world.knowledge.sources:
        yield f"the source {claim.source!r} is not given{nearest(claim.source, world.knowledge.sources)}"
    if claim.source == JUDGEMENT and claim.checked:
        yield f"{JUDGEMENT} cannot be checked"
    source = world.knowledge.sources.get(claim.source)
    if claim.checked and source is not None and source.checked is None:
        yield f"is checked, but its source {claim.source!r} does not say when and how"


def _term(code: str, label: str, world: _World) -> Iterator[str]:
    ontology = world.knowledge.ontology
    if ontology.is_obsolete(code):
        better = ontology.replacement(code)
        yield f"{code} {label!r} is obsolete; {f'use {better}' if better else 'nothing replaces it'}"
    elif ontology.find(code) < 0:
        near = ontology.nearest(label)
        yield f"{code!r} is no code of HPO {ontology.version}; {label!r} is nearest to {near.id} {near.label!r}"
    elif not ontology.label_matches(code, label):
        near = ontology.nearest(label)
        yield f"{code} is {ontology.term(code).label!r}, not {label!r}, which is nearest to {near.id} {near.label!r}"


def _has_term(value: Any, world: _World) -> Iterator[str]:
    code = value.finding if isinstance(value, schema.Clause) else value.hpo
    if code:
        yield from _term(code, value.label, world)


def _code_match(match: schema.CodeMatch, world: _World) -> Iterator[str]:
    yield from _term(match.id, match.label, world)


def _investigation(step: schema.Investigation, world: _World) -> Iterator[str]:
    if step.code.startswith("HP:"):
        if world.knowledge.ontology.is_obsolete(step.code) or world.knowledge.ontology.find(step.code) < 0:
            yield f"{step.code!r} is no current code of HPO {world.knowledge.ontology.version}"
    elif step.code and not loinc_holds(step.code):
        yield f"{step.code!r} is neither HPO nor LOINC: its check digit does not hold"


def _link(sort: str, field: str) -> Callable[[Any, _World], Iterator[str]]:
    """Make a check that an id points to an entry of a sort."""

    def check(value: Any, world: _World) -> Iterator[str]:
        target, known = getattr(value, field), getattr(world.knowledge, sort)
        if target and target not in known:
            yield f"no entry {target!r} in {sort}{nearest(target, known)}"

    return check


def _codes(codes: schema.Codes, world: _World) -> Iterator[str]:
    for code in codes.mondo:
        if code not in world.mondo.names:
            yield f"{code!r} is no code of Mondo"
    for field, form in _FORMS.items():
        for code in getattr(codes, field):
            if not form.fullmatch(code):
                yield f"{code!r} is not of the form of {field}, {form.pattern}"
    known = world.knowledge.annotations
    for code in (*codes.omim, *codes.orpha):
        if known.index(code) < 0 and code not in world.mondo.codes:
            yield f"{code!r} is neither annotated nor in Mondo"


def _entry(entry: schema.Entry, world: _World) -> Iterator[str]:
    if bool(entry.red_flags) == bool(entry.no_red_flags_because.strip()):
        yield "red flags are not considered: name some in red_flags, or say why not in no_red_flags_because; not both"
    for flag in entry.red_flags:
        if flag not in world.knowledge.red_flags:
            yield f"no entry {flag!r} in red_flags{nearest(flag, world.knowledge.red_flags)}"
    peers = world.knowledge.phenomena if isinstance(entry, schema.PhenomenonEntry) else world.knowledge.conditions
    for other in entry.confused_with:
        peer = peers.get(other.id)
        if peer is None:
            yield f"is confused with {other.id!r}, which has no entry{nearest(other.id, peers)}"
        elif entry.id not in {back.id for back in peer.confused_with}:
            yield f"is confused with {other.id!r}, but that entry does not say so"
    for field in ("features", "labs", "exposures", "phenomena"):
        values = [str(next(iter(_key(value)))) for value in getattr(entry, field, ())]
        for twice in sorted({value for value in values if values.count(value) > 1}):
            yield f"{field}: {twice!r} is given twice; keep the better source"


def _key(value: Any) -> Iterator[str]:
    """Give what makes one line of a list the same as another."""
    match value:
        case schema.Feature():
            yield value.hpo
        case schema.LabFeature():
            yield f"{value.lab} {value.flag}"
        case schema.ExposureLink():
            yield f"{value.substance} {value.on}"
        case schema.PhenomenonLink():
            yield value.id


def _is_named(entry: Any, _: _World) -> Iterator[str]:
    if not _ID.fullmatch(entry.id):
        yield f"an id is lower-case words joined by hyphens; got {entry.id!r}"


def _occurrence(claim: schema.Occurrence, _: _World) -> Iterator[str]:
    if not 0 <= claim.n <= claim.of or claim.of <= 0:
        yield f"{claim.n:g} of {claim.of:g} is over its denominator"


def _age(claim: schema.AgeAtOnset, _: _World) -> Iterator[str]:
    if not 0 <= claim.low <= (claim.low if claim.typical is None else claim.typical) <= claim.high <= 130:
        yield f"ages run from low to typical to high; got {claim.low:g}, {claim.typical}, {claim.high:g}"


def _sex(claim: schema.SexShare, _: _World) -> Iterator[str]:
    if not 0 <= claim.female <= 1:
        yield f"a share is 0 to 1; got {claim.female:g}"


def _clause(clause: schema.Clause, world: _World) -> Iterator[str]:
    lab = world.knowledge.labs.get(clause.lab)
    if clause.unit and lab is not None and clause.unit not in {lab.unit, *lab.units}:
        yield f"{clause.unit!r} is no unit of {clause.lab}; use one of {', '.join([lab.unit, *lab.units])}"


def _lab(lab: schema.LabEntry, _: _World) -> Iterator[str]:
    for unit in (lab.unit, *lab.units):
        if unit and unit not in LAB_UNITS:
            yield f"the unit {unit!r} is unknown{nearest(unit, LAB_UNITS)}"
    if (lab.reference or lab.units) and not lab.unit:
        yield "a test with a range or other units needs its unit"
    for unit, factor in lab.units.items():
        if not 0 < factor < float("inf"):
            yield f"the factor of {unit!r} must be above 0; got {factor:g}"
    for code in lab.loinc:
        if not loinc_holds(code):
            yield f"{code!r} is no LOINC code: its check digit does not hold"
    for low, high in ((r.low, r.high) for r in lab.reference):
        if (low is None and high is None) or (low is not None and high is not None and low >= high):
            yield f"a range runs from low to high; got {low} to {high}"


def _substance(entry: schema.SubstanceEntry, _: _World) -> Iterator[str]:
    names = {member.name for member in entry.members}
    for member in entry.members:
        if member.atc and not _ATC.fullmatch(member.atc):
            yield f"{member.atc!r} is no ATC code"
    for link in entry.links:
        for name in link.members:
            if name not in names:
                yield f"{name!r} is no member{nearest(name, names)}"


def _red_flag(entry: schema.RedFlagEntry, world: _World) -> Iterator[str]:
    if not entry.when:
        yield "a red flag needs its rule in when"
    for danger in entry.dangers:
        if danger not in world.knowledge.conditions:
            yield f"no entry {danger!r} in conditions{nearest(danger, world.knowledge.conditions)}"


def _source(source: schema.Source) -> Iterator[str]:
    if not any(getattr(source, name) for name in _IDENTIFIERS):
        yield f"a source needs an identifier: one of {', '.join(_IDENTIFIERS)}"
    if source.kind == "guideline" and not source.organisation:
        yield "a guideline needs its organisation"
    if source.doi and not _DOI.fullmatch(source.doi):
        yield f"{source.doi!r} is no DOI"
    if source.pmid and not source.pmid.isdecimal():
        yield f"{source.pmid!r} is no PMID"
    if source.isbn and not isbn_holds(source.isbn):
        yield f"{source.isbn!r} is no ISBN: its check digit does not hold"
    if not 1800 <= source.year <= 2100:
        yield f"{source.year} is no year of publication"


def _shared_names(entries: dict[str, Any]) -> Iterator[str]:
    """Tell names that two entries of one sort share: such a name leads nowhere."""
    owner: dict[str, str] = {}
    for entry in entries.values():
        for name in {" ".join(n.casefold().split()) for n in (entry.name, *getattr(entry, "synonyms", ()))}:
            if owner.setdefault(name, entry.id) != entry.id:
                yield f"{entry.id}.yaml: the name {name!r} is also that of {owner[name]!r}"


_CHECKS: dict[type | tuple[type, ...], tuple[Callable[[Any, _World], Iterator[str]], ...]] = {
    schema.Claim: (_is_cited,),
    (schema.Feature, schema.Against, schema.LabLink, schema.Clause): (_has_term,),
    schema.CodeMatch: (_code_match,),
    schema.Codes: (_codes,),
    (schema.Entry, schema.RedFlagEntry, schema.SubstanceEntry, schema.LabEntry): (_is_named,),
    schema.Entry: (_entry,),
    schema.PhenomenonEntry: (_link("phenomena", "parent"),),
    schema.PhenomenonLink: (_link("phenomena", "id"),),
    (schema.SubstanceLink, schema.LabLink): (_link("phenomena", "phenomenon"),),
    (schema.ExposureLink, schema.Trigger): (_link("substances", "substance"),),
    (schema.LabFeature, schema.Against): (_link("labs", "lab"),),
    schema.Clause: (_link("labs", "lab"), _link("substances", "exposure"), _clause),
    schema.Occurrence: (_occurrence,),
    schema.AgeAtOnset: (_age,),
    schema.SexShare: (_sex,),
    schema.Investigation: (_investigation,),
    schema.LabEntry: (_lab,),
    schema.SubstanceEntry: (_substance,),
    schema.RedFlagEntry: (_red_flag,),
}
