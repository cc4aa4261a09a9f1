"""The answer of a stretched muscle, timed on the recording's clock."""

from dataclasses import replace

import numpy as np
import pytest

from involuntary.detect.stretch_reflex import ReflexRule, detect
from involuntary.detect.stretches import Stretch
from involuntary.model import Channel, ChannelKind, Intervals, Recording

RATE = 1000.0


def answered(at_s, gap_s=3.0):
    """White noise, ten times as strong for 0.2 s; two stretches of 6 s with a gap between them."""
    samples = np.random.default_rng(1).normal(0, 1e-6, 12_000)
    first = round((at_s - (gap_s if at_s > 6 else 0)) * RATE)
    samples[first : first + 200] *= 10
    channel = Channel("biceps", ChannelKind.SURFACE_EMG, "V", RATE, samples.size)
    recording = Recording.from_arrays([samples], [channel])
    return replace(recording, segments=Intervals.of((0.0, 6.0), (6.0 + gap_s, 12.0 + gap_s)))


@pytest.mark.parametrize("at_s", [3.1, 12.1])
def test_an_answer_is_timed_on_the_clock_before_and_after_a_gap(at_s):
    stretch = Stretch(at_s - 0.1, at_s + 0.2, 0.0, 60.0, 200.0, 60.0)
    (found,) = detect(answered(at_s), 0, [stretch], ReflexRule())
    assert found.onset_s == pytest.approx(at_s, abs=0.01)
    assert found.stop_s == pytest.approx(at_s + 0.2, abs=0.02)


def test_a_stretch_whose_rest_was_not_recorded_says_nothing():
    begun_in_the_gap, over_the_end = (
        Stretch(9.2, 9.5, 0.0, 60.0, 200.0, 60.0),
        Stretch(14.7, 15.0, 0.0, 60.0, 200.0, 60.0),
    )
    assert detect(answered(12.1), 0, [begun_in_the_gap, over_the_end], ReflexRule()) == [None, None]
