import tracemalloc

import numpy as np
import pytest

from involuntary import simulate
from involuntary.simulators._muscles import Muscles, muscle_units, volleys


@pytest.mark.parametrize("length", [0.02, 0.05, 0.2])
def test_a_volley_lasts_as_long_as_asked_with_its_last_potential(length):
    random = np.random.default_rng(1)
    units = muscle_units(Muscles(units=60), random)
    fired = volleys(np.array([1.0]), np.array([length]), np.array([1.0]), units, 40.0, random)
    begin = fired.time_s + units.onset_s[fired.unit]
    end = begin + units.duration_s[fired.unit]
    assert begin.min() == pytest.approx(1.0, abs=0.002)
    assert begin.min() >= 1.0
    assert end.max() <= 1.0 + length + 1e-9
    assert end.max() == pytest.approx(1.0 + length, abs=0.008)


def test_a_share_of_the_units_joins_small_ones_first():
    random = np.random.default_rng(2)
    units = muscle_units(Muscles(units=40), random)
    fired = volleys(np.array([0.5]), np.array([0.03]), np.array([0.25]), units, 40.0, random)
    assert set(fired.unit) == set(range(10))


def test_a_day_is_made_in_the_memory_of_minutes():
    tracemalloc.start()
    recording, _ = simulate("voluntary", 24 * 3600, 1, units=3, sampling_hz=500)
    last = recording.samples(0, 500 * 3600, 500 * 3600 + 1000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert recording.duration_s == 24 * 3600
    assert np.std(last) > 5e-6
    assert peak < 60e6
