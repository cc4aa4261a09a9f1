import pytest

from involuntary.intake.free_text import findings_in
from involuntary.intake.senses import sense_of
from involuntary.knowledge import load

STIFFNESS = "HP:0003552"


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("His legs are stiff.", "Muscle stiffness"),
        ("His legs are stiff and the reflexes are brisk.", "Spasticity"),
        ("His arms are stiff and he is confused.", "Rigidity"),
        ("He is stiff and confused, with brisk reflexes.", "Hypertonia"),
        ("He has stiff muscles and brisk reflexes.", "Muscle stiffness"),
        ("His legs are stiff; no clonus.", "Muscle stiffness"),
    ],
)
def test_stiff_is_what_stands_beside_it(text, sense):
    found = {f.term.label for f in findings_in(text, load()) if f.state.value == "present"}
    assert found & {"Muscle stiffness", "Spasticity", "Rigidity", "Hypertonia"} == {sense}


def test_other_findings_keep_their_sense():
    assert sense_of("HP:0001337", "tremor", {"HP:0002169"}) == "HP:0001337"
