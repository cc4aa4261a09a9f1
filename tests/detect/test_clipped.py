"""Clipped responses are told from whole ones, and from clipped artefacts."""

import numpy as np
import pytest

from involuntary.detect.bench import Bench
from involuntary.detect.clipped import clipped_after
from involuntary.model import Channel, ChannelKind, Recording

RATE = 10_000.0
TIMES = np.array([0.5, 1.5, 2.5])


def asked(limit_v, *, states_range, artefact_v=0.0):
    time = np.arange(int(4 * RATE)) / RATE
    samples = np.random.default_rng(0).normal(0, 3e-6, time.size)
    for at, size in zip(TIMES, (1e-3, 3e-3, 5e-3), strict=True):
        inside = (time > at + 0.004) & (time < at + 0.012)
        samples[inside] += size * np.sin(2 * np.pi * (time[inside] - at - 0.004) / 0.008)
        samples[(time >= at) & (time < at + 0.0006)] += artefact_v
    ends = {"lowest": -limit_v, "highest": limit_v} if states_range else {}
    channel = Channel("apb", ChannelKind.SURFACE_EMG, "V", RATE, samples.size, **ends)
    bench = Bench(Recording.from_arrays([np.clip(samples, -limit_v, limit_v)], [channel]))
    return clipped_after(bench, 0, TIMES, 0.0015, 0.03).tolist()


@pytest.mark.parametrize("states_range", [True, False])
def test_a_response_beyond_the_range_is_told_whether_or_not_the_file_states_it(states_range):
    assert asked(10e-3, states_range=states_range) == [False, False, False]
    assert asked(4e-3, states_range=states_range) == [False, False, True]
    assert asked(2e-3, states_range=states_range) == [False, True, True]


def test_a_clipped_artefact_is_no_clipped_response():
    assert asked(6e-3, states_range=True, artefact_v=20e-3) == [False, False, False]
    assert asked(2e-3, states_range=True, artefact_v=20e-3) == [False, True, True]
