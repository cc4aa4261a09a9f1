import pytest

from involuntary.errors import UnknownNameError
from involuntary.knowledge import load
from knowledge.small import release

SUBSTANCE = """
id: loop-diuretic
name: Loop diuretic
kind: drug
synonyms: [water tablet]
members: [{name: furosemide, synonyms: [frusemide], atc: C03CA01}]
"""
LAB = "{id: calcium, name: Calcium, synonyms: [total calcium], loinc: [2000-8], unit: mmol/L}"
SOURCE = "jansen-1990: {title: T, year: 1990, kind: series, doi: 10.1/x}"


@pytest.fixture
def knowledge(tmp_path, monkeypatch):
    monkeypatch.setenv("INVOLUNTARY_CACHE", str(tmp_path / "cache"))
    files = {"substances/loop-diuretic": SUBSTANCE, "labs/calcium": LAB, "sources/all": SOURCE}
    for name, text in files.items():
        path = tmp_path / "entries" / f"{name}.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return load(release(tmp_path / "release"), tmp_path / "entries")


def test_versions_are_told(knowledge):
    versions = dict(knowledge.versions)
    assert list(versions) == ["hpo", "annotations", "curated", "mondo"]
    assert (versions["hpo"], versions["annotations"]) == ("2001-02-03", "2001-02-04")


def test_loading_twice_gives_the_same_value_until_a_file_changes(knowledge, tmp_path):
    assert load(tmp_path / "release", tmp_path / "entries") is knowledge
    (tmp_path / "entries" / "labs" / "calcium.yaml").write_text(LAB.replace("Calcium", "Serum calcium"))
    assert load(tmp_path / "release", tmp_path / "entries").labs["calcium"].name == "Serum calcium"


@pytest.mark.parametrize(
    "name", ["loop-diuretic", "Loop  Diuretic", "water tablet", "Furosemide", "frusemide", "C03CA01"]
)
def test_a_substance_is_found_by_any_of_its_names(knowledge, name):
    assert knowledge.substance(name).id == "loop-diuretic"
    assert knowledge.substance("water") is None


@pytest.mark.parametrize("name", ["calcium", "Total calcium", "2000-8"])
def test_a_test_is_found_by_any_of_its_names(knowledge, name):
    assert knowledge.lab(name).id == "calcium"
    assert knowledge.lab("") is None


def test_a_source_is_given_or_refused_with_the_nearest(knowledge):
    assert knowledge.source("jansen-1990").year == 1990
    with pytest.raises(UnknownNameError) as error:
        knowledge.source("janson-1990")
    assert str(error.value) == "janson-1990: is no source (did you mean 'jansen-1990'?)"
