import copy
import json

import pytest

from involuntary.knowledge.export import export
from involuntary.knowledge.hpoa import read_hpoa
from knowledge.world import ENTRIES, world


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    entries = copy.deepcopy(ENTRIES)
    told = {"label": "Muscle spasm", "hpo": "HP:0003394", "source": "k", "checked": True}
    entries["conditions/disease"]["features"] = [
        {**told, "frequency": "1/4"},
        {"label": "Fasciculations", "hpo": "HP:0002380", "source": "expert-judgement", "frequency": "frequent"},
        {"label": "Infantile onset", "hpo": "HP:0003593", "source": "k", "frequency": "20-40%"},
        {"label": "All", "hpo": "HP:0000001", "source": "k", "frequency": "excluded"},
        {"label": "Phenotypic abnormality", "hpo": "HP:0000118", "source": "k"},
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INVOLUNTARY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield world(tmp_path_factory.mktemp("world"), entries)


def _lines(data):
    return [json.loads(line) for line in data.decode().splitlines()]


def test_nodes_carry_the_codes_that_others_know(knowledge):
    nodes = {node["id"]: node for node in _lines(export(knowledge)["nodes.jsonl"])}
    assert nodes["MONDO:0004976"]["category"] == ["biolink:Disease"]
    assert nodes["MONDO:0004976"]["xref"] == ["ICD10:G12.2", "OMIM:160900", "orphanet:803"]
    assert nodes["HP:0002380"] == {
        "id": "HP:0002380",
        "category": ["biolink:PhenotypicFeature"],
        "name": "Twitch",
        "synonym": ["flicker"],
        "description": "b",
        "xref": [],
    }
    assert nodes["involuntary:loop-diuretic"]["xref"] == ["ATC:C03CA01"]
    assert nodes["involuntary:other"]["name"] == "Other"  # it has no code


def test_every_edge_joins_two_nodes_and_says_how_it_is_known(knowledge):
    files = export(knowledge)
    nodes = {node["id"] for node in _lines(files["nodes.jsonl"])}
    edges = _lines(files["edges.jsonl"])
    assert len({edge["id"] for edge in edges}) == len(edges) == 8
    for edge in edges:
        assert {edge["subject"], edge["object"]} <= nodes
        assert edge["agent_type"] == "manual_agent"
        assert edge["knowledge_level"] in {"knowledge_assertion", "not_provided"}
        assert ("publications" in edge) == (edge["knowledge_level"] == "knowledge_assertion")


def test_frequencies_keep_their_form(knowledge):
    edges = {(e["subject"], e["object"]): e for e in _lines(export(knowledge)["edges.jsonl"])}
    counted = edges["MONDO:0004976", "HP:0003394"]
    assert (counted["has_count"], counted["has_total"], counted["has_quotient"]) == (1, 4, 0.25)
    assert counted["publications"] == ["PMID:1"]
    assert edges["MONDO:0004976", "HP:0003593"]["has_percentage"] == 30
    assert edges["MONDO:0004976", "HP:0002380"]["frequency_qualifier"] == "HP:0040282"
    assert edges["MONDO:0004976", "HP:0000001"]["negated"] is True
    brought = edges["involuntary:loop-diuretic", "HP:0002380"]
    assert brought["category"] == ["biolink:EntityToPhenotypicFeatureAssociation"]


def test_our_annotations_are_read_as_hpo_writes_its_own(knowledge):
    text = export(knowledge)["phenotype.hpoa"].decode()
    found = read_hpoa(text.splitlines(), knowledge.ontology, {})
    assert (found.ids, found.names, found.version) == (("involuntary:disease",), ("Disease",), "2026-01-02")
    told = {
        knowledge.ontology.ids[term]: (int(n), int(of), round(float(low), 2), bool(excluded))
        for term, n, of, low, excluded in zip(found.term, found.n, found.of, found.low, found.excluded, strict=True)
    }
    assert told["HP:0003394"] == (1, 4, 0.25, False)
    assert told["HP:0002380"] == (0, 0, 0.3, False)
    assert told["HP:0003593"] == (0, 0, 0.3, False)
    assert told["HP:0000001"] == (0, 0, 0.0, True)
    assert len(told) == 5


def test_the_same_entries_give_the_same_bytes(knowledge):
    assert export(knowledge) == export(knowledge)
