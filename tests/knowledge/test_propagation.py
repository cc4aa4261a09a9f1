import dataclasses
import math

import numpy as np
import pytest

from involuntary.knowledge import load
from involuntary.knowledge.compile import compiled_propagation
from involuntary.knowledge.propagation import frequency, propagate
from knowledge.small import HEADER, release, row

ROWS = (
    row("OMIM:1", "Twitching disease 1", frequency="3/4"),
    row("OMIM:2", "Twitching disease 2", term="HP:0003394", frequency="HP:0040281"),
    row("OMIM:3", "Quiet disease", term="HP:0003394", frequency="0/7"),
    row("OMIM:4", "Gene disease", frequency="HP:0040283"),
)


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.setenv("INVOLUNTARY_CACHE", str(tmp_path / "cache"))
    hpoa = "\n".join(("#version: 2001-02-04", HEADER, *ROWS, ""))
    (tmp_path / "entries").mkdir()
    return load(release(tmp_path / "release", hpoa=hpoa), tmp_path / "entries")


def _dense(found):
    shares = np.zeros((len(found.start) - 1, len(found)))
    for term in range(len(shares)):
        rows, values = found.column(term)
        shares[term, rows] = values
    return shares


def test_frequencies_are_joined_upwards_and_borrowed_by_name_and_gene(small):
    found = propagate(small.ontology, small.annotations, genes=[["OMIM:4", "OMIM:1"]])
    shares, index = _dense(found), small.ontology.index
    first, second, quiet, gene = (small.annotations.group_of(f"OMIM:{i}") for i in (1, 2, 3, 4))
    # Twitch: 3 of 4 in one, implied by cramp in 9 of 10 (very frequent) in the other, 17 % in the third.
    own = np.array([frequency(3, 4), frequency(8.95, 10), frequency(1.7, 10)])
    cramp, twitch = math.log(4 / 1), math.log(4 / 3)
    mass = [own[0] * twitch, own[1] * cramp, own[2] * twitch]
    expected = (mass[0] * own[0] + 8 * own[1] + 4 * own[2]) / (mass[0] + 8 + 4)
    assert shares[index("HP:0002380"), first] == pytest.approx(expected, abs=1e-3)
    assert shares[index("HP:0002380"), second] == pytest.approx(
        (mass[1] * own[1] + 8 * own[0]) / (mass[1] + 8), abs=1e-3
    )
    assert shares[index("HP:0002380"), gene] == pytest.approx((mass[2] * own[2] + 4 * own[0]) / (mass[2] + 4), abs=1e-3)
    assert not shares[:, quiet].any()
    assert found.family[first] == found.family[second] != found.family[gene]


def test_what_is_no_finding_has_no_share(small):
    found = small.propagation
    for code in ("HP:0000001", "HP:0003593", "HP:0000007"):
        assert not len(found.column(small.ontology.index(code))[0])


def test_the_cache_gives_what_was_worked_out(small, tmp_path):
    first = small.propagation
    again = compiled_propagation(small.ontology, small.annotations, None)
    assert again is not first
    for field in dataclasses.fields(first):
        np.testing.assert_array_equal(getattr(again, field.name), getattr(first, field.name))


@pytest.mark.parametrize("damage", [lambda whole: whole[:-5], lambda whole: b"", lambda whole: b"[1]\n" + whole])
def test_a_damaged_cache_is_worked_out_anew(small, tmp_path, damage):
    first = compiled_propagation(small.ontology, small.annotations, None)
    (path,) = (tmp_path / "cache").glob("*.shares")
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    np.testing.assert_array_equal(compiled_propagation(small.ontology, small.annotations, None).share, first.share)
    assert path.read_bytes() == whole
