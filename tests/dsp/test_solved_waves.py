"""The waveform of successions, and whether it is one."""

import numpy as np
import pytest

from involuntary.dsp.bands import zero_phase
from involuntary.dsp.solved_waves import even_parts, solved_wave
from involuntary.dsp.succession import Stretch
from successions import SAMPLING, filtered, hump, learnt


def test_a_waveform_is_as_long_as_its_course_though_the_filter_lengthens_it():
    wave = learnt()
    assert 0.008 < wave.course.size / 2000 <= 0.0125
    expected = filtered([0.05], [1.0], noise=0.0).samples
    middle = wave.samples.size // 2
    assert wave.samples[middle - 50 : middle + 51] == pytest.approx(expected[50:151], abs=8.0)


def test_a_waveform_is_learnt_from_successions_of_it():
    trains = [np.arange(n) / hz for n, hz in ((3, 200), (5, 150), (6, 250))]
    stretches = [filtered(0.03 + t, 1 - 0.05 * np.arange(t.size), seed=t.size) for t in trains]
    told = [((0.03 + t) * 2000, 1 - 0.05 * np.arange(t.size)) for t in trains]
    wave, _ = solved_wave(stretches, told, SAMPLING, 0.03)
    alone = zero_phase(np.pad(hump(0.012)[::20], 400), 2000.0, 20.0, 450.0)
    middle = wave.samples.size // 2
    assert wave.samples[middle - 20 : middle + 50] == pytest.approx(alone[380:450], abs=15.0)


@pytest.mark.parametrize(("n", "hz"), [(2, 150), (3, 200), (4, 200), (6, 300)])
def test_what_repeats_evenly_is_told_from_a_whole(n, hz):
    stretch = filtered(0.04 + np.arange(n) / hz, np.ones(n), length_s=0.009, noise=1.0)
    at = float(np.argmax(np.abs(stretch.samples)))
    whole, _ = solved_wave([stretch], [(np.array([at]), np.ones(1))], SAMPLING, 0.045)
    parts = even_parts(stretch, whole, at, 8)
    assert [found for _, found in parts] == sorted(found for _, found in parts)
    assert any(wave.course.size / 2000 == pytest.approx(0.009, abs=0.002) for wave, _ in parts[:2])


def test_a_long_waveform_without_repetition_is_a_whole():
    random = np.random.default_rng(4)
    course = zero_phase(random.standard_normal(1000), 40000.0, 0.0, 300.0) * np.hanning(1000) * 2000
    dense = np.zeros(22400)
    dense[10000:11000] = course
    stretch = Stretch(zero_phase(dense[::20], 2000.0, 20.0, 450.0)[400:-400], 2.0)
    at = float(np.argmax(np.abs(stretch.samples)))
    whole, cost = solved_wave([stretch], [(np.array([at]), np.ones(1))], SAMPLING, 0.045)
    assert even_parts(stretch, whole, at, 8)[0][1] > cost
