import numpy as np

from involuntary.detect import gaps
from involuntary.detect.bench import Bench
from involuntary.model import Channel, ChannelKind, Intervals, Recording
from involuntary.model.recording import ArraySource


def recording(*segments):
    n = round(sum(stop - start for start, stop in segments) * 1000)
    channel = Channel("leg", ChannelKind.SURFACE_EMG, "V", 1000.0, n)
    source = ArraySource((np.random.default_rng(0).normal(0, 5e-6, n),))
    return Recording("memory", (channel,), source, segments=Intervals.of(*segments))


def test_gaps_are_counted_and_the_longest_is_placed():
    signals = recording((0.0, 10.0), (12.5, 20.0), (20.25, 30.0))
    expected = "clock: 2 gaps, 2.75 s not recorded, the longest 2.5 s at 10 s; nothing is measured across them"
    assert gaps.note(signals) == expected
    assert Bench(signals).notes() == (expected,)


def test_one_gap_is_one():
    assert gaps.note(recording((0.0, 10.0), (11.0, 20.0))).startswith("clock: 1 gap, 1 s not")


def test_stretches_that_touch_are_no_gap():
    assert gaps.note(recording((0.0, 10.0), (10.0001, 20.0))) == ""
    assert gaps.note(recording((0.0, 10.0))) == ""
