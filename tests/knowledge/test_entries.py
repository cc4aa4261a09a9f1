from pathlib import Path

import pytest

from involuntary.errors import KnowledgeError
from involuntary.knowledge.entries import decode, encode, read_entries

CONDITION = """
id: example
name: Example
group: metabolic
definition: {plain: a, clinician: b, source: k}
mechanism: {plain: a, clinician: b, source: k}
features: [{hpo: "HP:0002380", label: Fasciculations, frequency: 12/40, source: k, checked: true}]
"""
SOURCES = "k: {title: T, year: 2000, kind: review, doi: 10.1/x, checked: {date: 2026-01-02, how: abstract}}"


def _folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        folder, _, stem = name.partition("__")
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_entries_are_read_and_survive_the_cache(tmp_path):
    entries = read_entries(_folder(tmp_path, conditions__example=CONDITION, sources__all=SOURCES))
    feature = entries.conditions["example"].features[0]
    assert (feature.share.n, feature.share.of, feature.checked) == (12, 40, True)
    assert entries.sources["k"].checked.how == "abstract"
    assert decode(encode(entries)) == entries


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CONDITION + "id: twice\n", "line 8: no YAML that can be read; got the key 'id' is repeated"),
        (CONDITION + "colour: red\n", "Object contains unknown field `colour`"),
        (CONDITION.replace("12/40", "41/40"), "frequency '41/40' is over its denominator - at `$.features[0]`"),
        (CONDITION.replace("id: example", "id: other"), "a file is named as its id; got 'other'"),
        (CONDITION.replace(", source: k}", "}", 1), "Object missing required field `source` - at `$.definition`"),
        ("[a]: 1", "line 1: no YAML that can be read; got found unhashable key"),
        ("[", "line 2: no YAML that can be read; got did not find expected node content"),
    ],
)
def test_an_entry_that_breaks_the_schema_is_refused_in_one_line(tmp_path, text, message):
    with pytest.raises(KnowledgeError) as error:
        read_entries(_folder(tmp_path, conditions__example=text))
    assert str(error.value) == f"conditions/example.yaml: {message}"


def test_a_source_is_given_once(tmp_path):
    with pytest.raises(KnowledgeError) as error:
        read_entries(_folder(tmp_path, sources__a=SOURCES, sources__b=SOURCES))
    assert str(error.value) == "sources/b.yaml: the source 'k' is given in another file too"
