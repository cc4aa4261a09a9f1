import numpy as np
import pytest

from involuntary.detect.turns import TurnRule, detect
from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Intervals, Recording
from involuntary.model.recording import ArraySource

RATE = 10_000.0


def _recording(samples, unit="V", segments=None):
    channel = Channel("needle", ChannelKind.NEEDLE_EMG, unit, RATE, samples.size)
    return Recording("memory", (channel,), ArraySource((samples,)), segments or Intervals.empty())


def _zigzag(seconds, size_uv, per_s):
    time = np.arange(round(seconds * RATE)) / RATE
    phase = time * per_s / 2
    return 1e-6 * size_uv * np.abs(2 * (phase % 1) - 1)


@pytest.mark.parametrize("per_s", [40, 200, 700])
def test_turns_and_their_size_are_counted(per_s):
    found = detect(_recording(_zigzag(5, 300, per_s)), 0, TurnRule())
    assert found.start_s.tolist() == np.arange(0, 5, 0.5).tolist()
    assert found.per_s.mean() == pytest.approx(per_s, rel=0.02)
    np.testing.assert_allclose(found.amplitude_uv, 300, rtol=0.06)


def test_smaller_turns_need_the_smaller_threshold():
    recording = _recording(_zigzag(2, 60, 100))
    assert detect(recording, 0, TurnRule(100)).per_s.tolist() == [0] * 4
    assert np.all(np.isnan(detect(recording, 0, TurnRule(100)).amplitude_uv))
    assert detect(recording, 0, TurnRule(20)).per_s.mean() == pytest.approx(100, rel=0.03)


def test_epochs_that_touch_clipping_or_gaps_are_left_out():
    samples = _zigzag(4, 300, 200) + 1e-7 * np.random.default_rng(0).standard_normal(40_000)
    samples[12_000:12_400] = 5e-3
    assert detect(_recording(samples), 0, TurnRule()).start_s.tolist() == [0, 0.5, 1.5, 2, 2.5, 3, 3.5]
    gap = Intervals.of((0.0, 0.7), (10.0, 13.3))
    assert detect(_recording(_zigzag(4, 300, 200), segments=gap), 0, TurnRule()).start_s == pytest.approx(
        [0, 10, 10.5, 11, 11.5, 12, 12.5]
    )


def test_a_lone_sample_makes_no_turn():
    samples = 1e-6 * np.random.default_rng(1).standard_normal(20_000)
    samples[7000] = 1e-3
    assert detect(_recording(samples), 0, TurnRule()).per_s.tolist() == [0] * 4


def test_counts_have_no_microvolts():
    with pytest.raises(ParameterError) as refused:
        detect(_recording(np.zeros(100), unit="count"), 0, TurnRule())
    assert str(refused.value) == "needle: turns are counted in microvolts; got unit count; state the gain"
