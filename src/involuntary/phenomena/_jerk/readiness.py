"""The readiness potential and the desynchronisation before a movement that is prepared, by cluster statistics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.clusters import Cluster, clusters
from involuntary.model import Recording, Reference
from involuntary.phenomena._jerk.eeg_epochs import cut_epochs
from involuntary.phenomena._rows import Row

__all__ = ["BETA", "MARIS", "SALM", "Prepared", "find", "rows"]

Floats = NDArray[np.float64]

MARIS = Reference(
    "doi:10.1016/j.jneumeth.2007.03.024",
    "Maris E, Oostenveld R. Nonparametric statistical testing of EEG- and MEG-data. J Neurosci Methods 2007;164:177",
    "cluster-based permutation, as programs that follow it tell; the paper was not opened",
)
BETA = Reference(
    "doi:10.1016/j.parkreldis.2016.07.010",
    "Parkinsonism Relat Disord 2016;31:116",
    "functional propriospinal jerks: readiness potential before 25 %, high-beta desynchronisation before 65 %",
)
SALM = Reference(
    "doi:10.1136/jnnp-2012-303081", "van der Salm SMA, et al. J Neurol Neurosurg Psychiatry 2012;83:1162",
    "readiness potentials before intended movements, functional jerks and tics",
)  # fmt: skip

_REACH_S = (3.2, 0.4)
_SLOW_HZ, _FAST_HZ = 50.0, 200.0
_BASELINE_S = (-3.0, -2.0)
_EARLY_S, _LATE_S = (-1.5, -0.5), (-0.5, 0.0)
_WINDOW_S, _HOP_S = 0.4, 0.05
_BAND_HZ = (7.5, 45.0)
_PERMUTATIONS = 1000
_MOST_CHANNELS = 8
_LAST_S = -0.3  # a preparation lasts until shortly before the movement


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What precedes isolated jerks.

    Attributes
    ----------
    n : int
        Epochs.
    potential, desynchronised : Cluster or None
        Largest negative cluster that lasts until shortly before the jerk.
    channel, other_channel : str
        Where they lie.
    onset_s, other_onset_s : float
        Begin of each, negative before the jerk.
    early, late : tuple of float
        Mean amplitude from 1.5 to 0.5 s and in the last half second, each with its 95 % interval, in `unit`.
    change_percent : float
        Mean change of power over the cluster.
    band_hz : tuple of float
        Of the cluster.
    """

    n: int
    unit: str
    potential: Cluster | None
    channel: str
    onset_s: float
    early: tuple[float, float, float]
    late: tuple[float, float, float]
    desynchronised: Cluster | None
    other_channel: str
    other_onset_s: float
    change_percent: float
    band_hz: tuple[float, float]


def find(recording: Recording, channels: Sequence[int], onset_s: Floats, fewest: int) -> Prepared | None:
    """Look before jerks that follow no other; None where fewer than `fewest` epochs are left."""
    slow, rows = cut_epochs(recording, channels, onset_s, _REACH_S, _SLOW_HZ)
    if len(rows) < fewest:
        return None
    unit = "µV" if recording.channels[channels[0]].calibrated else "count"
    time = _times(slow.shape[2])
    slow = slow - slow[:, :, _within(time, _BASELINE_S)].mean(axis=2, keepdims=True)
    before = (time >= _BASELINE_S[1]) & (time < 0)
    potential = _lasting(clusters(slow[:, :, before], _PERMUTATIONS, np.random.default_rng(2)), time[before])
    at = potential.channel if potential else _most_negative(slow, time)
    early, late = (_amplitude(slow[:, at][:, _within(time, span)].mean(axis=1)) for span in (_EARLY_S, _LATE_S))
    central = _central(recording, channels)
    power, hz, steps = _power(recording, central, onset_s)
    preceding = (steps >= _BASELINE_S[1]) & (steps < 0)
    fallen = _lasting(clusters(power[:, :, :, preceding], _PERMUTATIONS, np.random.default_rng(3)), steps[preceding])
    band, change, began, where = (float("nan"), float("nan")), float("nan"), float("nan"), ""
    if fallen:
        inside = np.flatnonzero(fallen.mask.any(axis=1))
        band = float(hz[inside[0]]), float(hz[inside[-1]])
        logs = power[:, fallen.channel][:, :, preceding].mean(axis=0)[fallen.mask]
        change, began = 100 * float(np.exp(logs.mean()) - 1), _begin(fallen, steps[preceding])
        where = recording.channels[central[fallen.channel]].name
    return Prepared(
        len(rows), unit, potential, recording.channels[channels[at]].name,
        _begin(potential, time[before]) if potential else float("nan"), early, late,
        fallen, where, began, change, band,
    )  # fmt: skip


def _times(count: int) -> Floats:
    step = sum(_REACH_S) / count
    return np.asarray(-_REACH_S[0] + step * (np.arange(count) + 0.5))


def _within(time: Floats, span: tuple[float, float]) -> NDArray[np.bool_]:
    return (time >= span[0]) & (time < span[1])


def _lasting(found: Sequence[Cluster], time: Floats) -> Cluster | None:
    """Give the largest negative cluster that reaches into the last third of a second."""
    late = time >= _LAST_S
    for one in found:
        if one.mass < 0 and one.mask.reshape(-1, time.size)[:, late].any():
            return one
    return None


def _begin(cluster: Cluster, time: Floats) -> float:
    return float(time[np.flatnonzero(cluster.mask.reshape(-1, time.size).any(axis=0))[0]])


def _most_negative(slow: Floats, time: Floats) -> int:
    return int(np.argmin(slow[:, :, _within(time, _LATE_S)].mean(axis=(0, 2))))


def _amplitude(values: Floats) -> tuple[float, float, float]:
    mean, reach = float(values.mean()), 1.96 * float(values.std(ddof=1)) / np.sqrt(values.size)
    return mean, mean - float(reach), mean + float(reach)


def _central(recording: Recording, channels: Sequence[int]) -> list[int]:
    """Give at most eight channels, those over the sensorimotor cortex first."""
    names = {c: recording.channels[c].name.upper().removeprefix("EEG ").lstrip() for c in channels}
    wanted = ("CZ", "C3", "C4", "FCZ", "C1", "C2", "FC1", "FC2", "CP1", "CP2")
    ranked = sorted(channels, key=lambda c: next((i for i, w in enumerate(wanted) if names[c].startswith(w)), 99))
    return ranked[:_MOST_CHANNELS]


def _power(recording: Recording, channels: Sequence[int], onset_s: Floats) -> tuple[Floats, Floats, Floats]:
    """Give log power against its own baseline, shape (epochs, channels, frequencies, times), frequencies and times."""
    cut, _ = cut_epochs(recording, channels, onset_s, _REACH_S, _FAST_HZ)
    step = sum(_REACH_S) / cut.shape[2]
    width, hop = round(_WINDOW_S / step), max(round(_HOP_S / step), 1)
    hz = np.fft.rfftfreq(width, step)
    kept = (hz >= _BAND_HZ[0]) & (hz <= _BAND_HZ[1])
    windows = np.lib.stride_tricks.sliding_window_view(cut, width, axis=2)[:, :, ::hop]
    centre = -_REACH_S[0] + step * (hop * np.arange(windows.shape[2]) + width / 2)
    # A window that reaches beyond the onset would hold the jerk itself.
    before = centre + _WINDOW_S / 2 <= 0
    power = np.empty((*cut.shape[:2], int(kept.sum()), int(before.sum())))
    for channel in range(cut.shape[1]):
        lines = np.fft.rfft(windows[:, channel][:, before] * np.hanning(width), axis=2)[:, :, kept]
        power[:, channel] = np.log(np.abs(lines) ** 2 + np.finfo(np.float64).tiny).transpose(0, 2, 1)
    time = centre[before]
    power -= power[..., _within(time, _BASELINE_S)].mean(axis=3, keepdims=True)
    return power, hz[kept], time


def rows(found: Prepared, chance: float) -> Iterator[Row]:
    """Give the measurements: probabilities always, the rest where a cluster is significant."""
    n = found.n
    few = "good" if n >= 40 else "fewer than 40 jerks"
    p = found.potential.p if found.potential else 1.0
    method = "largest negative cluster before isolated jerks, 1,000 sign permutations over all channels"
    yield Row("readiness_p", p, "1", n, method, MARIS, at=found.channel, quality=few)
    if p <= chance:
        yield Row("readiness_onset", found.onset_s, "s", n, "begin of the cluster", SALM, at=found.channel, quality=few)
        for name, (value, low, high) in (("early", found.early), ("late", found.late)):
            span = "1.5 to 0.5 s before" if name == "early" else "last half second before"
            yield Row(f"readiness_{name}", value, found.unit, n, f"mean, {span}, against 3 to 2 s before", SALM,
                      (low, high), found.channel, quality=few)  # fmt: skip
    q = found.desynchronised.p if found.desynchronised else 1.0
    method = "largest negative cluster of log power, 7.5 to 45 Hz, 1,000 sign permutations"
    yield Row("desynchronisation_p", q, "1", n, method, MARIS, quality=few)
    if q <= chance:
        band = f"{found.band_hz[0]:.0f} to {found.band_hz[1]:.0f} Hz from {found.other_onset_s:.1f} s"
        yield Row("desynchronisation", found.change_percent, "%", n, f"change of power in the cluster: {band}", BETA,
                  at=found.other_channel, quality=few)  # fmt: skip
