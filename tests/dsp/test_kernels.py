import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from involuntary.dsp import kernels
from involuntary.dsp.runs import joined, true_runs
from involuntary.dsp.shape import measure

waves = st.lists(st.integers(-9, 9), min_size=4, max_size=60)


@given(waves, st.integers(0, 4), st.integers(0, 6), st.integers(1, 8), st.data())
@settings(deadline=None)
def test_extents_are_those_of_runs_joined_around_the_peak(values, gap, core, level, data):
    wave = np.array(values, dtype=float)
    peak = data.draw(st.integers(0, wave.size - 1))
    low, high = data.draw(st.integers(0, peak)), data.draw(st.integers(peak + 1, wave.size))
    spans = np.empty((1, 2), dtype=np.intp)
    kernels.extents(wave, np.array([peak]), np.array([[low, high]]), np.array([float(level)]), gap, core, spans)
    above = joined(true_runs(np.abs(wave[low:high]) > level), gap) + low
    near = above[np.searchsorted(above[:, 1], peak - core) : np.searchsorted(above[:, 0], peak + core)]
    assert spans[0].tolist() == ([near[0, 0], near[-1, 1]] if len(near) else [peak, peak + 1])


@given(waves, st.integers(1, 8), st.integers(1, 12))
@settings(deadline=None)
def test_shapes_are_those_of_the_slow_twin(values, threshold, turn):
    wave = np.array(values, dtype=float)
    out = np.empty((1, 5))
    kernels.shapes(wave, np.array([[1, wave.size]]), np.array([float(threshold)]), np.array([float(turn)]), out)
    slow = measure(wave[1:], threshold, turn)
    assert out[0].tolist() == pytest.approx([slow.amplitude, slow.area, slow.phases, slow.turns, slow.peak])
