"""Small signals with known truth, for tests of detectors; rates in Hz, amplitudes in µV."""

import numpy as np

from involuntary.model import Channel, ChannelKind, Recording
from involuntary.model.recording import ArraySource


def potential(duration_s, kind, amplitude, rate):
    """A potential about `duration_s` long, `amplitude` peak to peak, in the middle of an array twice as long."""
    t = np.arange(-round(duration_s * rate), round(duration_s * rate) + 1) / rate
    s = duration_s / 6
    wave = {
        "monophasic": lambda: np.exp(-(t**2) / (2 * s**2)),
        "biphasic": lambda: -t * np.exp(-(t**2) / (2 * s**2)),
        "triphasic": lambda: (1 - (t / s) ** 2) * np.exp(-(t**2) / (2 * s**2)),
        "polyphasic": lambda: np.cos(6 * np.pi * t / duration_s + 0.5) * np.exp(-(t**2) / (2 * (duration_s / 4) ** 2)),
    }[kind]()
    return amplitude * wave / np.ptp(wave)


KINDS = ("monophasic", "biphasic", "triphasic", "polyphasic")


def noise(seconds, rate, seed, rms=5.0):
    return np.random.default_rng(seed).normal(0.0, rms, round(seconds * rate))


def mains(n, rate, amplitude, base=50.02):
    t = np.arange(n) / rate
    weights = {1: 1.0, 2: 0.3, 3: 0.4, 5: 0.2, 7: 0.2, 9: 0.1}
    return amplitude * sum(w * np.cos(2 * np.pi * base * k * t + k) for k, w in weights.items() if base * k < rate / 2)


def with_potentials(x, rate, times_s, seed, amplitudes=(40.0, 300.0), durations_s=(0.008, 0.014), kinds=KINDS):
    """Add potentials centred at `times_s`; gives the sum and the true centres."""
    random = np.random.default_rng(seed)
    y, centres = x.copy(), []
    for time in times_s:
        wave = potential(random.uniform(*durations_s), random.choice(kinds), random.uniform(*amplitudes), rate)
        first = round(time * rate) - wave.size // 2
        y[first : first + wave.size] += wave
        centres.append(round(time * rate) / rate)
    return y, np.array(centres)


def recording(microvolts, rate, kind=ChannelKind.SURFACE_EMG, unit="V", segments=None):
    scale = {"V": 1e-6, "count": 1.0}[unit]
    channel = Channel("muscle", kind, unit, rate, microvolts.size)
    if segments is None:
        return Recording.from_arrays([microvolts * scale], [channel])
    return Recording("memory", (channel,), ArraySource((microvolts * scale,)), segments=segments)


def matched(true_s, found_s, tolerance_s):
    """How many true times have a found one of their own within the tolerance."""
    left, hits = list(found_s), 0
    for time in true_s:
        near = [f for f in left if abs(f - time) <= tolerance_s]
        if near:
            left.remove(min(near, key=lambda f: abs(f - time)))
            hits += 1
    return hits
