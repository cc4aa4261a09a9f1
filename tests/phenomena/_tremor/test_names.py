"""Every criterion of the table, from what it needs alone."""

import pytest

from involuntary.phenomena._tremor.names import TABLE, compatible

ESSENTIAL = {"posture": 1.0, "posture_hz": 6.5, "limbs": 2.0, "load_shift_hz": 0.3, "coherent": 0.0}


def _shares(known):
    return {m.id.removeprefix("tremor.criteria_"): m for m in compatible(known, 30.0)}


def test_all_five_criteria_of_essential_tremor():
    found = _shares(ESSENTIAL)
    assert (found["essential"].value, found["essential"].n) == (1.0, 5)
    assert found["enhanced_physiological"].value == 0.75
    assert found["enhanced_physiological"].quality == (
        "for: postural tremor, 4–12 Hz, both sides; against: load slows by more than 1 Hz"
    )


@pytest.mark.parametrize(
    ("changed", "against"),
    [
        ({"posture_hz": 3.0}, "4–12 Hz"),
        ({"posture_hz": 13.0}, "4–12 Hz"),
        ({"limbs": 1.0}, "both sides"),
        ({"load_shift_hz": 1.01}, "load slows by 1 Hz or less"),
        ({"coherent": 1.0}, "sides not coherent"),
    ],
)
def test_each_criterion_can_fail(changed, against):
    found = _shares({**ESSENTIAL, **changed})["essential"]
    assert found.value == 0.8
    assert f"against: {against}" in found.quality


def test_a_load_that_slows_by_more_than_1_hz_is_mechanical():
    found = _shares({**ESSENTIAL, "load_shift_hz": 2.0})
    assert found["enhanced_physiological"].value == 1.0


def test_what_was_not_recorded_is_neither_for_nor_against():
    found = _shares({"rest": 1.0, "rest_hz": 5.0})
    assert found["parkinsonian"].value == 1.0
    assert found["holmes"].quality == ("for: resting tremor, 2.5–5 Hz; not recorded: postural tremor, kinetic tremor")
    assert "essential" not in found
    assert _shares({}) == {}


def test_standing():
    found = _shares({"standing": 1.0, "standing_hz": 15.0, "standing_coherent": 1.0})
    assert found["orthostatic"].value == 1.0
    assert _shares({"standing": 0.0})["orthostatic"].value == 0.0


def test_the_table_holds_every_name_that_a_sensor_can_tell():
    assert set(TABLE) == {"essential", "enhanced_physiological", "parkinsonian", "holmes", "orthostatic"}
