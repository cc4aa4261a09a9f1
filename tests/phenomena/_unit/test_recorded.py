"""Pieces of a recording that are taken apart at a time."""

import numpy as np
import pytest

from involuntary.detect.bench import Bench
from involuntary.model import Channel, ChannelKind, Intervals, Recording
from involuntary.phenomena._unit.recorded import UnitRule, _cut


def test_short_blocks_of_a_fast_recording_join_to_pieces_no_longer_than_asked():
    rate, rule = 100_000.0, UnitRule(longest_s=6.0)
    samples = 1e-5 * np.random.default_rng(0).standard_normal(1_400_000)
    recording = Recording.from_arrays([samples], [Channel("n", ChannelKind.NEEDLE_EMG, "V", rate, samples.size)])
    nothing = Intervals(np.empty(0), np.empty(0))
    pieces = [(start, part.size / rate) for start, part in _cut(Bench(recording), 0, 1e6, nothing, rule)]
    assert sum(length for _, length in pieces) == pytest.approx(14.0)
    assert max(length for _, length in pieces) <= rule.longest_s + rule.shortest_s
    assert pieces[1][0] == pytest.approx(pieces[0][1])
