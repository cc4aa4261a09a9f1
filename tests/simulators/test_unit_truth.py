import numpy as np
import pytest

from involuntary.simulators._discharges import Discharges, between
from involuntary.simulators._unit_truth import by_onset

LATE_S = np.array([-0.012, 0.0, 0.02])
LENGTH_S = np.array([0.01, 0.015, 0.03])
SEEN = np.array([True, False, True])
STOP_S = 190.0


@pytest.fixture
def fired():
    random = np.random.default_rng(4)
    time = np.concatenate([random.uniform(0, STOP_S, 4000), [0.001, 59.999, 60.0, 60.012, 119.98, 180.0, 189.99]])
    return Discharges.of(time, random.integers(3, size=time.size))


def _plainly(fired):
    told = []
    for time, unit in zip(fired.time_s, fired.unit, strict=True):
        onset = time + LATE_S[unit]
        if SEEN[unit] and onset >= 0 and onset + LENGTH_S[unit] <= STOP_S:
            told.append((onset, time, unit))
    return sorted(told, key=lambda one: one[0])


@pytest.mark.parametrize("streamed", [False, True])
def test_every_potential_within_the_recording_is_told_once_in_the_order_of_onsets(fired, streamed):
    source = (lambda start, stop: between(fired, start, stop)) if streamed else fired
    told = by_onset(source, LATE_S, LENGTH_S, SEEN, STOP_S)
    onset, time, unit = map(np.array, zip(*_plainly(fired), strict=True))
    np.testing.assert_array_equal(told.onset_s, onset)
    np.testing.assert_array_equal(told.discharge_s, time)
    np.testing.assert_array_equal(told.unit, unit)


def test_a_potential_has_what_its_unit_has(fired):
    told = by_onset(fired, LATE_S, LENGTH_S, SEEN, STOP_S)
    np.testing.assert_array_equal(told.each(LENGTH_S), LENGTH_S[told.unit])


def test_a_recording_without_discharges_has_no_truth():
    assert len(by_onset(Discharges.by_unit([]), LATE_S, LENGTH_S, SEEN, STOP_S).onset_s) == 0
