"""The table of hypotheses agrees, row by row, with a slow reading of the entries and annotations."""

import numpy as np
import pytest

from involuntary.knowledge.families import family_name
from involuntary.reason.profiles import profiles_of


def test_a_curated_row_shows_what_any_of_its_features_implies(knowledge):
    profiles = profiles_of(knowledge)
    first = len(profiles.annotated)
    for row in range(first, first + min(len(profiles.curated), 12)):
        absent: dict[int, float] = {}
        for term, share in profiles.features(row):
            for above in knowledge.ontology.ancestor_indices(term).tolist():
                if profiles.inside[above]:
                    absent[above] = absent.get(above, 1.0) * (1.0 - min(share, 0.995))
        for term in sorted(absent)[::7]:
            rows, shares = profiles.column(term)
            assert shares[rows == row] == pytest.approx(1.0 - absent[term], abs=1e-5)
        assert profiles.mass[row] == profiles.mass[profiles.none], "how much was written is no evidence"


def test_a_curated_condition_speaks_for_its_annotated_disease(knowledge):
    profiles, annotations = profiles_of(knowledge), knowledge.annotations
    for place, entry in enumerate(profiles.curated):
        for code in (*entry.codes.omim, *entry.codes.orpha):
            group = annotations.group_of(code)
            if group >= 0:
                assert not profiles.stands[group]
                theirs = {t for t, _ in profiles.features(group)}
                assert theirs <= {t for t, _ in profiles.features(len(profiles.annotated) + place)}


def test_no_condition_is_lent_the_forms_of_a_kind_that_it_does_not_show(knowledge):
    """Hemifacial spasm stands below muscle spasm in the ontology, and is another kind."""
    profiles, first = profiles_of(knowledge), len(profiles_of(knowledge).annotated)
    hemifacial = knowledge.ontology.index("HP:0010828")
    rows = set(profiles.column(hemifacial)[0].tolist())
    named = {entry.id: first + place for place, entry in enumerate(profiles.curated)}
    assert named["hemifacial-spasm-primary"] in rows
    assert named["muscle-strain-spasm"] not in rows


def test_a_form_that_an_entry_leaves_open_is_lent_and_not_stated(knowledge):
    profiles, first = profiles_of(knowledge), len(profiles_of(knowledge).annotated)
    place = next(i for i, entry in enumerate(profiles.curated) if entry.id == "nocturnal-leg-cramps")
    cramps, cold = (knowledge.ontology.index(code) for code in ("HP:0003394", "HP:0003449"))
    assert first + place in profiles.column(cold)[0]
    assert first + place not in profiles.stated(cold)[0]
    assert first + place in profiles.stated(cramps)[0]


def test_a_column_holds_every_row_once_in_order(knowledge):
    profiles = profiles_of(knowledge)
    for code in ("HP:0000118", "HP:0001337", "HP:0002380"):
        rows, shares = profiles.column(knowledge.ontology.index(code))
        assert np.all(np.diff(rows) > 0)
        assert np.all((shares > 0) & (shares <= 1))
        assert profiles.none not in rows


def test_numbered_subtypes_share_a_family(knowledge):
    profiles, annotations = profiles_of(knowledge), knowledge.annotations
    groups = [annotations.group_of(code) for code in ("OMIM:182601", "OMIM:604360")]
    assert family_name("Spastic paraplegia 11, autosomal recessive") == family_name(
        "Spastic paraplegia 4, autosomal dominant"
    )
    assert profiles.family[groups[0]] == profiles.family[groups[1]]
