"""Jerks that a stimulus sets off, the reflex at 35 to 60 ms, and the cortical potential that it evokes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.model import Recording, Reference
from involuntary.phenomena._jerk.eeg_epochs import cut_epochs
from involuntary.phenomena._jerk.events import Jerks
from involuntary.phenomena._rows import Row

__all__ = ["DEMURA", "Evoked", "find", "rows"]

Floats = NDArray[np.float64]

DEMURA = Reference(
    "doi:10.1097/WNP.0000000000000966",
    "Demura A, et al. J Clin Neurophysiol 2022;41:285-290",
    "abstract: N20-P25 of 24 healthy adults, mean + 3 SD 10.0 µV (earlobe reference, 1 Hz, 1 Hz to 1 kHz)",
)

_AFTER_S = (0.01, 0.2)
_REFLEX_S = (0.035, 0.06)
_GIANT_UV = 10.0
_SEP_REACH_S, _SEP_HZ = (0.02, 0.1), 2000.0
_N20_S, _P25_S = (0.016, 0.024), 0.012
_FEWEST = 10
_SHIFTS = 1000


@dataclass(frozen=True, slots=True)
class Evoked:
    """What stimuli do.

    Attributes
    ----------
    stimuli, followed : int
        How many, and how many were followed by a jerk within 10 to 200 ms.
    p : float
        Share of random shifts of the stimuli that as many jerks follow.
    latency_s : float
        Median of those jerks.
    reflex : float
        Share of stimuli with a burst from 35 to 60 ms.
    potential_uv : float
        N20 to P25 of the channel where it is largest; not-a-number without EEG in volts.
    channel : str
    epochs : int
    """

    stimuli: int
    followed: int
    p: float
    latency_s: float
    reflex: float
    potential_uv: float
    channel: str
    epochs: int

    @property
    def giant(self) -> bool:
        """Whether the potential exceeds the published mean and three deviations."""
        return bool(self.potential_uv > _GIANT_UV)


def find(recording: Recording, cortex: Sequence[int], stimuli_s: Floats, jerks: Jerks) -> Evoked | None:
    """Look after stimuli; None where there are fewer than ten."""
    if stimuli_s.size < _FEWEST:
        return None
    onset = np.sort((jerks.onset_s[:, None] + jerks.delay_s)[np.isfinite(jerks.delay_s)])
    latency = _first_after(stimuli_s, jerks.onset_s, _AFTER_S)
    followed = int(np.count_nonzero(np.isfinite(latency)))
    random, length = np.random.default_rng(4), max(recording.duration_s, 1e-9)
    moved = [
        np.count_nonzero(np.isfinite(_first_after((stimuli_s + s) % length, jerks.onset_s, _AFTER_S)))
        for s in random.uniform(1.0, max(length - 1.0, 1.5), _SHIFTS)
    ]
    p = (1 + int(np.count_nonzero(np.array(moved) >= followed))) / (1 + _SHIFTS)
    reflex = float(np.mean(np.isfinite(_first_after(stimuli_s, onset, _REFLEX_S))))
    median = float(np.nanmedian(latency)) if followed else float("nan")
    size, channel, epochs = _potential(recording, cortex, stimuli_s)
    return Evoked(stimuli_s.size, followed, p, median, reflex, size, channel, epochs)


def _first_after(stimuli_s: Floats, onset_s: Floats, window_s: tuple[float, float]) -> Floats:
    """Give the latency of the first onset within the window after each stimulus; not-a-number of none."""
    row = np.searchsorted(onset_s, stimuli_s + window_s[0])
    late = np.concatenate([onset_s, [np.inf]])[row] - stimuli_s
    found: Floats = np.where(late <= window_s[1], late, np.nan)
    return found


def _potential(recording: Recording, cortex: Sequence[int], stimuli_s: Floats) -> tuple[float, str, int]:
    best = (float("nan"), "", 0)
    for channel in cortex:
        meta = recording.channels[channel]
        if not meta.calibrated or meta.rate_hz < 500:
            continue
        cut, rows = cut_epochs(recording, [channel], stimuli_s, _SEP_REACH_S, min(_SEP_HZ, meta.rate_hz))
        if len(rows) < _FEWEST:
            continue
        mean = cut[:, 0].mean(axis=0)
        time = -_SEP_REACH_S[0] + np.arange(mean.size) * sum(_SEP_REACH_S) / mean.size
        first = np.flatnonzero((time >= _N20_S[0]) & (time <= _N20_S[1]))
        negative = first[np.argmin(mean[first])]
        later = (time > time[negative]) & (time <= time[negative] + _P25_S)
        size = float(mean[later].max() - mean[negative])
        if not best[1] or size > best[0]:
            best = size, meta.name, len(rows)
    return best


def rows(found: Evoked) -> Iterator[Row]:
    """Give the measurements."""
    n = found.stimuli
    yield Row(
        "stimulus_followed", found.followed / n, "1", n, f"stimuli with a jerk in 10 to 200 ms; p = {found.p:.3g}"
    )
    yield Row("stimulus_latency", 1e3 * found.latency_s, "ms", found.followed, "median of the jerks after stimuli")
    yield Row("c_reflex", found.reflex, "1", n, "share of stimuli with a burst that begins 35 to 60 ms after")
    if found.channel:
        said = "above" if found.giant else "within"
        yield Row("sep_n20_p25", found.potential_uv, "µV", found.epochs, "N20 to P25, mean of epochs", DEMURA,
                  at=found.channel, quality=f"{said} mean + 3 SD of healthy adults, 10.0 µV")  # fmt: skip
