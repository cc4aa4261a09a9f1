import numpy as np
import pytest

from involuntary.detect.background import BackgroundRule, detect
from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Recording
from simulated import noise, recording, with_potentials

RATE = 2000.0


@pytest.mark.parametrize("per_s", [0, 1, 2.5])
def test_noise_is_not_raised_whatever_stands_out_of_it(per_s):
    x = noise(300, RATE, seed=1)
    x, _ = with_potentials(x, RATE, np.sort(np.random.default_rng(1).uniform(1, 299, int(300 * per_s))), 1)
    assert len(detect(recording(x, RATE), 0, BackgroundRule())) == 0


def test_a_weak_contraction_raises_it_for_as_long_as_it_lasts():
    x = noise(120, RATE, seed=2)
    x[80000:100000] *= 1.5
    events = detect(recording(x, RATE), 0, BackgroundRule())
    assert (events.onset_s.tolist(), events.duration_s.tolist()) == ([40.0], [10.0])
    assert events.features["factor"][0] == pytest.approx(1.6, abs=0.15)  # the highest second over a low percentile


def test_under_a_second_nothing_is_said():
    assert len(detect(recording(noise(0.9, RATE, 3), RATE), 0, BackgroundRule())) == 0


def test_only_volts_and_counts_have_one():
    channel = Channel("hand", ChannelKind.ACCELEROMETER, "m/s²", RATE, 4000)
    with pytest.raises(ParameterError, match="volts or counts"):
        detect(Recording.from_arrays([np.zeros(4000)], [channel]), 0, BackgroundRule())
