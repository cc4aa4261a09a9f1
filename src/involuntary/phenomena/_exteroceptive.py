"""The exteroceptive reflex: bursts after a stimulus to a nerve of the limb, and tonic activity that decays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.stimuli import Stimuli
from involuntary.detect.sweeps import cut
from involuntary.dsp.bands import zero_phase
from involuntary.dsp.runs import joined, true_runs
from involuntary.model import Recording

__all__ = ["Reflex", "reflex"]

Floats = NDArray[np.float64]

# Of the average of rectified sweeps: how it is smoothed, where it is level, and where the reflex is sought.
_SMOOTH_S, _BIN_S, _OF_PEAK = 0.004, 0.1, 0.2
_BEFORE_S = (-0.045, -0.005)
_SOUGHT_S, _BURSTS_S = (0.04, 0.1), 0.2
_SHORTEST_S, _BREAK_S = 0.005, 0.015
_AFTER_S, _BLANK_S = 4.0, 0.005


@dataclass(frozen=True, slots=True)
class Reflex:
    """What a muscle does after stimuli, on average; not-a-number where it does nothing.

    Attributes
    ----------
    latency_ms : float
        Of the first burst, within 40 to 100 ms.
    bursts : int
        Within 200 ms.
    decay_s : float
        From 0.2 s on, until what exceeds the time before the stimulus has fallen to 1/e; 0 if nothing exceeds it.
    n : int
        Stimuli.
    """

    latency_ms: float
    bursts: int
    decay_s: float
    n: int


def reflex(recording: Recording, channel: int, given: Stimuli) -> Reflex:
    """Measure the average of rectified sweeps after the stimuli."""
    sweeps = cut(recording, channel, given, _AFTER_S, _BLANK_S)
    n, rate = len(sweeps.rows), sweeps.rate_hz
    none = Reflex(float("nan"), 0, float("nan"), n)
    if n < 3:
        return none
    waves = np.array([zero_phase(sweep, rate, 20.0, 450.0) for sweep in sweeps.samples])
    width = max(round(_SMOOTH_S * rate), 1)
    level = np.convolve(np.mean(np.abs(waves), axis=0), np.ones(width) / width, "same")
    time = float(np.mean(sweeps.first_s)) + np.arange(level.size) / rate
    before = level[(time >= _BEFORE_S[0]) & (time < _BEFORE_S[1])]
    if before.size < 10 or time[-1] < 2 * _BURSTS_S:
        return none
    base = float(np.mean(before))
    early = (time >= _SOUGHT_S[0] / 2) & (time < _BURSTS_S)
    # A share of the largest burst: tonic activity that swells a little before it is not its begin.
    threshold = base + max(5 * float(np.std(before)), 0.5 * base, _OF_PEAK * (float(np.max(level[early])) - base))
    first = int(np.argmax(early))
    runs = joined(true_runs(level[early] > threshold), round(_BREAK_S * rate))
    runs = runs[runs[:, 1] - runs[:, 0] >= _SHORTEST_S * rate]
    starts = time[first + runs[:, 0]] if len(runs) else np.empty(0)
    # What began earlier is another reflex.
    if not starts.size or not _SOUGHT_S[0] <= starts[0] <= _SOUGHT_S[1]:
        return Reflex(float("nan"), 0, _decay(level, time, base, rate), n)
    return Reflex(1e3 * float(starts[0]), starts.size, _decay(level, time, base, rate), n)


def _decay(level: Floats, time: Floats, base: float, rate: float) -> float:
    step = round(_BIN_S * rate)
    tail = level[time >= _BURSTS_S]
    bins = tail[: tail.size - tail.size % step].reshape(-1, step).mean(axis=1) - base
    if not bins.size or bins[0] < 0.5 * base:
        return 0.0
    fallen = np.flatnonzero(bins < bins[0] / np.e)
    return _BIN_S * float(fallen[0] if fallen.size else bins.size)
