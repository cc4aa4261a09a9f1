import pytest

from involuntary.phenomena._face import of_eyelid, of_face


@pytest.mark.parametrize(
    "name", ["OO", "L OO", "oo_right", "OOc-L", "orbicularis_oculi_2", "R oculi", "Lid", "Levator palpebrae"]
)
def test_eyelids_are_of_the_face_however_they_are_named(name):
    assert of_eyelid(name)
    assert of_face(name)


@pytest.mark.parametrize("name", ["orbicularis oris", "left zygomaticus major", "ZYG R", "OOr-L", "Frontalis"])
def test_other_muscles_of_the_face_are_no_eyelids(name):
    assert of_face(name)
    assert not of_eyelid(name)


@pytest.mark.parametrize("name", ["", "Galidia", "soleus", "cooled hand", "foot", "biceps 00"])
def test_other_names_are_neither(name):
    assert not of_face(name)
    assert not of_eyelid(name)
