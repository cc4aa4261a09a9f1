"""The average response to a site of a nerve, and what is none."""

import numpy as np
import pytest

from involuntary.detect import stimuli
from involuntary.detect.site_response import site_response
from involuntary.model import Channel, ChannelKind, Recording
from involuntary.model.recording import Annotation

RATE, WINDOW_S = 20_000.0, (0.0006, 0.001, 0.03)


def seen(sizes_v, *, latencies_s=(0.0035,), beside_v=0.0, seed=0):
    random = np.random.default_rng(seed)
    at = 0.5 + 1.1 * np.arange(len(sizes_v))
    time = np.arange(round((at[-1] + 1) * RATE)) / RATE
    samples = random.normal(0, 4e-6, time.size)
    for row, (moment, size) in enumerate(zip(at, sizes_v, strict=True)):
        begin = moment + latencies_s[row % len(latencies_s)]
        inside = (time > begin) & (time < begin + 0.01)
        samples[inside] += size * np.sin(2 * np.pi * (time[inside] - begin) / 0.01)
    for middle in random.uniform(0, time[-1], time.size // 10_000):
        samples += beside_v * np.exp(-(((time - middle) / 0.02) ** 2))
    channel = Channel("apb", ChannelKind.SURFACE_EMG, "V", RATE, time.size)
    marks = [Annotation(float(moment), 0.0, "stimulus wrist 70 mm") for moment in at]
    recording = Recording.from_arrays([samples], [channel], annotations=marks)
    return site_response(recording, 0, stimuli.find(recording), "wrist", WINDOW_S, sensory=False)


@pytest.mark.parametrize("n", [1, 2, 5, 10])
def test_a_response_is_measured_with_the_size_of_each(n):
    found = seen([5e-3] * n)
    assert (found.name, found.n, found.distance_m) == ("wrist", n, 0.07)
    assert found.latency_s == pytest.approx(0.0035, abs=5e-5)
    assert found.negative == pytest.approx(5e-3, rel=0.02)
    assert found.each == pytest.approx(np.full(n, 5e-3), rel=0.02)
    assert found.rows.tolist() == list(range(n))
    assert not found.mixed


@pytest.mark.parametrize("n", [2, 5, 10, 20])
def test_what_comes_at_any_time_is_none(n):
    assert sum(seen([0.0] * n, beside_v=1e-3, seed=seed) is not None for seed in range(12)) <= 1


def test_responses_of_two_kinds_are_mixed():
    assert seen([5e-3] * 8, latencies_s=(0.0035, 0.0035, 0.0035, 0.0035, 0.0076, 0.0076, 0.0076, 0.0076)).mixed
    assert seen(np.linspace(0.0, 9e-3, 16)).mixed
    assert not seen([4.5e-3, 5e-3, 5.5e-3, 5e-3]).mixed
