"""Copies of one hump, filtered as a signal is, and its waveform learnt from single ones."""

import numpy as np

from involuntary.dsp.bands import zero_phase
from involuntary.dsp.solved_waves import solved_wave
from involuntary.dsp.succession import Sampling, Stretch

SAMPLING = Sampling(2000.0, 20.0, 450.0)


def hump(length_s):
    """One hump that rises faster than it falls, 20 times as dense as the samples."""
    t = np.arange(0, 1, 1 / (length_s * 40000))
    return 300 * t**1.5 * (1 - t) ** 2.5 / 0.086


def filtered(at_s, gains, length_s=0.012, noise=2.0, seed=0, seconds=0.16):
    """Copies over noise, filtered."""
    dense = np.zeros(round((seconds + 0.4) * 40000))
    one = hump(length_s)
    for at, gain in zip(at_s, gains, strict=True):
        first = round((0.2 + at) * 40000)
        dense[first : first + one.size] += gain * one
    x = dense[::20] + np.random.default_rng(seed).normal(0, noise, dense[::20].size)
    return Stretch(zero_phase(x, 2000.0, 20.0, 450.0)[400:-400], noise)


def learnt():
    single = [filtered([0.05], [1.0], seed=k) for k in range(5)]
    return solved_wave(single, [(np.array([100.0]), np.ones(1))] * 5, SAMPLING, 0.03)[0]
