"""Sweeps around stimuli: where they are cut, what is taken out of them, and what noise is left."""

import numpy as np
import pytest

from involuntary.detect import stimuli
from involuntary.detect.sweeps import cut, spans
from involuntary.model import Channel, ChannelKind, Recording
from involuntary.model.recording import Annotation

RATE = 5000.0


def record(times, samples):
    channel = Channel("soleus", ChannelKind.SURFACE_EMG, "V", RATE, samples.size)
    marks = [Annotation(float(t), 0.0, "stimulus 9 mA") for t in times]
    made = Recording.from_arrays([samples], [channel], annotations=marks)
    return made, stimuli.find(made)


def test_sweeps_lie_around_stimuli_between_samples():
    times = np.array([0.50003, 1.50011, 2.5])
    made, given = record(times, np.arange(4 * round(RATE)) / RATE)
    found = cut(made, 0, given, 0.08, 0.0)
    assert found.samples.shape == (3, round(0.13 * RATE))
    assert found.rows.tolist() == [0, 1, 2]
    first = np.ceil((times - 0.05) * RATE - 1e-6) / RATE - times
    assert found.first_s == pytest.approx(first)
    assert [found.at(i, 0.02) for i in range(3)] == np.rint((0.02 - first) * RATE).astype(int).tolist()
    assert found.window(0, 0.02, 0.03).size == round(0.01 * RATE)


def test_stimuli_too_near_the_end_are_left_out():
    made, given = record([0.3, 1.0, 1.95], np.zeros(2 * round(RATE)))
    assert cut(made, 0, given, 0.08, 0.0).rows.tolist() == [0, 1]


def test_the_next_stimulus_ends_a_sweep():
    made, given = record([1.0, 1.05, 1.1], np.zeros(2 * round(RATE)))
    found = cut(made, 0, given, 0.08, 0.0)
    assert found.samples.shape[1] <= round(0.06 * RATE)


def test_noise_is_that_before_the_stimulus_and_the_level_goes():
    random = np.random.default_rng(0)
    times = 0.5 + np.arange(10)
    samples = 3.0 + 0.1 * random.standard_normal(round(11 * RATE))
    for at in times:
        samples[round((at + 0.01) * RATE) : round((at + 0.02) * RATE)] += 5.0
    made, given = record(times, samples)
    found = cut(made, 0, given, 0.08, 0.0)
    assert found.noise == pytest.approx(0.1, rel=0.2)
    assert np.median(found.window(0, -0.05, 0.0)) == pytest.approx(0.0, abs=0.02)
    quiet = found.quiet()
    assert quiet.size is found.noise
    # None of it lies behind a stimulus.
    assert quiet.quiet.shape[1] / RATE + found.first_s.max() <= 0.0
    assert quiet.quiet.std() == pytest.approx(0.1, rel=0.1)


def test_the_artefact_is_blanked_and_its_tail_subtracted():
    times = 0.5 + np.arange(5)
    samples = 0.01 * np.random.default_rng(1).standard_normal(round(6 * RATE))
    time = np.arange(samples.size) / RATE
    for at in times:
        after = time >= at
        samples[after] += 10 * np.exp(-(time[after] - at) / 0.002)
    made, given = record(times, samples)
    found = cut(made, 0, given, 0.08, 0.0015)
    assert np.all(found.window(0, 0.0, 0.0015) == 0)
    assert np.abs(found.window(0, 0.0016, 0.08)).max() < 0.1


@pytest.mark.parametrize(("interval", "left"), [(1.0, 0.1), (0.2, 0.6)])
def test_mains_goes_where_stimuli_are_rare_and_stays_where_they_are_not(interval, left):
    times = 0.5 + interval * np.arange(10)
    time = np.arange(round((times[-1] + 1) * RATE)) / RATE
    made, given = record(times, np.sin(2 * np.pi * 50 * time))
    rms = np.std(cut(made, 0, given, 0.08, 0.0).samples)
    assert (rms < left) == (interval == 1.0)


def test_spans_give_what_lies_before_and_after():
    made, given = record([0.5, 1.0], np.arange(2 * round(RATE), dtype=float))
    found = spans(made, 0, given, 0.1, 10.0)
    before, after, first = found[0]
    assert (before.size, before[-1], after[0], after.size) == (500, 2499, 2500, 2500)
    assert first == pytest.approx(0.0)
    assert found[1][1].size == 5000
