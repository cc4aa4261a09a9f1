"""The curated entries for other tools: a Biolink knowledge graph (KGX JSON Lines) and rows as HPO annotates diseases.

Nodes and associations follow Biolink Model 4; ``phenotype.hpoa`` follows the columns of HPO's own annotation file,
so that tools which rank Phenopackets by it can read ours beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from involuntary.knowledge.claims import Claim
from involuntary.knowledge.describe import JUDGEMENT
from involuntary.knowledge.frequency import WORDS, Frequency
from involuntary.knowledge.hpoa import COLUMNS
from involuntary.knowledge.library import Knowledge
from involuntary.knowledge.schema import ConditionEntry, Entry, PhenomenonEntry

__all__ = ["curie", "export"]

_SOURCE = "infores:involuntary"
_KINDS = {"drug": "biolink:ChemicalEntity", "toxin": "biolink:ChemicalEntity", "food": "biolink:Food"}
_WHEN = {"use": "", "overdose": "overdose", "withdrawal": "withdrawal", "lack": "lack"}


def export(knowledge: Knowledge) -> dict[str, bytes]:
    """Give ``nodes.jsonl``, ``edges.jsonl`` and ``phenotype.hpoa`` by name; the same entries give the same bytes."""
    edges = [{"id": f"involuntary:association-{i}", **edge} for i, edge in enumerate(_edges(knowledge), 1)]
    return {
        "nodes.jsonl": _json_lines(_nodes(knowledge)),
        "edges.jsonl": _json_lines(edges),
        "phenotype.hpoa": "".join(f"{line}\n" for line in _annotations(knowledge)).encode(),
    }


def curie(entry: Entry) -> str:
    """Give the code that an entry is known by elsewhere: its only exact HPO or Mondo code, else one of our own."""
    exact = [match.id for match in entry.codes.hpo if match.match == "exact"]
    codes = exact if isinstance(entry, PhenomenonEntry) else list(entry.codes.mondo)
    return codes[0] if len(codes) == 1 else f"involuntary:{entry.id}"


def _json_lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


def _nodes(knowledge: Knowledge) -> list[dict[str, Any]]:
    nodes: dict[str, dict[str, Any]] = {}
    for entry in (*knowledge.phenomena.values(), *knowledge.conditions.values()):
        category = "PhenotypicFeature" if isinstance(entry, PhenomenonEntry) else "Disease"
        codes = entry.codes
        same = {*codes.mondo, *codes.omim, *(code.replace("ORPHA:", "orphanet:") for code in codes.orpha)}
        same |= {f"ICD10:{code}" for code in codes.icd10} - {curie(entry)}
        nodes[curie(entry)] = {
            "id": curie(entry),
            "category": [f"biolink:{category}"],
            "name": entry.name,
            "synonym": list(entry.synonyms),
            "description": entry.definition.clinician,
            "xref": sorted(same - {curie(entry)}),
        }
    for substance in knowledge.substances.values():
        key = f"involuntary:{substance.id}"
        members = [name for member in substance.members for name in (member.name, *member.synonyms)]
        nodes[key] = {
            "id": key,
            "category": [_KINDS.get(substance.kind, "biolink:NamedThing")],
            "name": substance.name,
            "synonym": [*substance.synonyms, *members],
            "xref": sorted(f"ATC:{member.atc}" for member in substance.members if member.atc),
        }
    for entry in (*knowledge.phenomena.values(), *knowledge.conditions.values()):
        for feature in entry.features:
            term = {"id": feature.hpo, "category": ["biolink:PhenotypicFeature"], "name": feature.label}
            nodes.setdefault(feature.hpo, term)
    return [nodes[key] for key in sorted(nodes)]


def _edges(knowledge: Knowledge) -> Iterator[dict[str, Any]]:
    for entry in knowledge.conditions.values():
        for link in entry.phenomena:
            target = curie(knowledge.phenomena[link.id]) if link.id in knowledge.phenomena else f"involuntary:{link.id}"
            yield _shows(entry, target, link.share, link, knowledge)
        for feature in entry.features:
            yield _shows(entry, feature.hpo, feature.share, feature, knowledge)
        for exposure in entry.exposures:
            yield _brings("Disease", exposure.substance, curie(entry), exposure.on, exposure, knowledge)
    for substance in knowledge.substances.values():
        for brought in substance.links:
            phenomenon = knowledge.phenomena.get(brought.phenomenon)
            target = curie(phenomenon) if phenomenon else f"involuntary:{brought.phenomenon}"
            edge = _brings("PhenotypicFeature", substance.id, target, brought.on, brought, knowledge)
            yield {**edge, **_how_often(brought.share)}


def _shows(
    entry: ConditionEntry, target: str, share: Frequency | None, claim: Claim, knowledge: Knowledge
) -> dict[str, Any]:
    absent = share is not None and share.high == 0
    return {
        "category": ["biolink:DiseaseToPhenotypicFeatureAssociation"],
        "subject": curie(entry),
        "predicate": "biolink:has_phenotype",
        "object": target,
        **({"negated": True} if absent else {}),
        **_how_often(share),
        **_cited(claim, knowledge),
    }


def _brings(category: str, substance: str, target: str, on: str, claim: Claim, knowledge: Knowledge) -> dict[str, Any]:
    return {
        "category": [f"biolink:EntityTo{category}Association"],
        "subject": f"involuntary:{substance}",
        "predicate": "biolink:contributes_to",
        "object": target,
        **({"qualifier": _WHEN[on]} if _WHEN[on] else {}),
        **_cited(claim, knowledge),
    }


def _how_often(share: Frequency | None) -> dict[str, Any]:
    if share is None:
        return {}
    if share.of:
        return {"has_count": share.n, "has_total": share.of, "has_quotient": share.n / share.of}
    if share.text in WORDS:
        return {"frequency_qualifier": WORDS[share.text][0]}
    return {"has_percentage": round(100 * share.middle, 4)}


def _cited(claim: Claim, knowledge: Knowledge) -> dict[str, Any]:
    publications = [_publication(claim, knowledge)] if _publication(claim, knowledge) else []
    return {
        **({"publications": publications} if publications else {}),
        "primary_knowledge_source": _SOURCE,
        "knowledge_level": "not_provided" if claim.source == JUDGEMENT else "knowledge_assertion",
        "agent_type": "manual_agent",
    }


def _publication(claim: Claim, knowledge: Knowledge) -> str:
    source = knowledge.sources.get(claim.source)
    if source is None:
        return ""
    named = (("PMID:", source.pmid), ("doi:", source.doi), ("isbn:", source.isbn), ("", source.url))
    return next((f"{prefix}{value}" for prefix, value in named if value), "")


def _annotations(knowledge: Knowledge) -> Iterator[str]:
    versions = dict(knowledge.versions)
    dates = (source.checked.date for source in knowledge.sources.values() if source.checked)
    newest = max(dates, default="")
    yield f"#description: curated entries of involuntary {versions['curated']}"
    yield f"#version: {newest}"
    yield f"#hpo-version: http://purl.obolibrary.org/obo/hp/releases/{versions['hpo']}/hp.json"
    yield "\t".join(COLUMNS)
    for entry in knowledge.conditions.values():
        for feature in entry.features:
            share = feature.share
            row = {
                "database_id": f"involuntary:{entry.id}",
                "disease_name": entry.name,
                "qualifier": "NOT" if share is not None and share.high == 0 else "",
                "hpo_id": feature.hpo,
                "reference": _publication(feature, knowledge) or f"involuntary:{feature.source}",
                "evidence": "PCS" if feature.checked else "TAS",
                "frequency": _column(share),
                "aspect": "P",
                "biocuration": f"involuntary:curators[{newest}]",
            }
            yield "\t".join(row.get(column, "") for column in COLUMNS)


def _column(share: Frequency | None) -> str:
    """Give a frequency as HPO's file writes it: counts, one of its terms, or one percentage (the middle of a range)."""
    if share is None:
        return ""
    if share.of:
        return f"{share.n}/{share.of}"
    return WORDS[share.text][0] if share.text in WORDS else f"{100 * share.middle:g}%"
