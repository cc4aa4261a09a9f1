"""Coherence of cortex and muscle, and of two muscles: how much, where, and who leads by how long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import amplitude_scale
from involuntary.dsp.bands import zero_phase
from involuntary.dsp.coherence import Coherence, coherence_of_lines, independent_segments, segment_lines
from involuntary.errors import ParameterError
from involuntary.model import Recording, Reference
from involuntary.phenomena._rows import Row

__all__ = ["ROOTSELAAR", "Coupled", "find", "rows"]

Floats = NDArray[np.float64]
Lines = NDArray[np.complexfloating]

ROOTSELAAR = Reference(
    "doi:10.1002/mds.20703",
    "van Rootselaar AF, et al. Mov Disord 2006;21:215",
    "cortical tremor: strong cortico- and intermuscular coherence at 8 to 30 Hz, the EEG leading; 7 patients",
)

_SEGMENT_S, _OVERLAP_SHARE = 1.0, 0.5
_LOW_HZ, _HIGH_HZ = 5.0, 45.0
_PIECE_S = 1000.0
_EMG_HZ = (20.0, 450.0)
_MOST_MUSCLES = 8


@dataclass(frozen=True, slots=True, eq=False)
class Coupled:
    """Two channels, their coherence, and the level at which one bin of all that were looked at is above by chance."""

    first: str
    second: str
    found: Coherence
    level: float

    @property
    def band(self) -> NDArray[np.bool_]:
        """Frequencies that are looked at."""
        hz = self.found.frequency_hz
        return (hz >= _LOW_HZ) & (hz <= _HIGH_HZ)

    @property
    def peak(self) -> int:
        """Bin of the largest coherence."""
        inside = np.flatnonzero(self.band)
        return int(inside[np.argmax(self.found.squared[inside])])

    @property
    def significant(self) -> bool:
        """Two neighbouring bins above the 99 % limit, one of them above that for all bins and pairs."""
        marked = self.found.significant() & self.band
        return bool(np.any(marked & (self.found.squared > self.found.limit(self.level))))


def find(
    recording: Recording, cortex: Sequence[int], muscles: Sequence[int], rectify: bool, chance: float
) -> tuple[Coupled, ...]:
    """Give, for each muscle, the channel of EEG with the strongest coherence, and every pair of muscles.

    Parameters
    ----------
    recording : Recording
    cortex, muscles : sequence of int
        Channels of EEG and of EMG; the first eight of these.
    rectify : bool
        Whether the EMG is rectified first; both are in use.
    chance : float
        Probability that anything is called significant by chance.
    """
    muscles = muscles[:_MOST_MUSCLES]
    lines: dict[int, Lines] = {}
    for channel in (*cortex, *muscles):
        found = _lines(recording, channel, rectify and channel in muscles)
        if found is None:
            return ()
        lines[channel] = found
    count = min(len(one) for one in lines.values())
    hz = np.arange(min(one.shape[1] for one in lines.values()), dtype=np.float64) / _SEGMENT_S
    if hz.size <= _HIGH_HZ * _SEGMENT_S:
        return ()
    independent = independent_segments(count, 1000, round(1000 * (1 - _OVERLAP_SHARE)))
    names = [c.name for c in recording.channels]
    pairs = max(len(cortex) * len(muscles) + len(muscles) * (len(muscles) - 1) // 2, 1)
    level = 1 - chance / (pairs * int(_HIGH_HZ - _LOW_HZ + 1))

    def between(a: int, b: int) -> Coupled:
        first, second = (one[:count, : hz.size] for one in (lines[a], lines[b]))
        return Coupled(names[a], names[b], coherence_of_lines(first, second, hz, independent), level)

    best = [
        max((between(e, m) for e in cortex), key=lambda c: float(c.found.squared[c.peak])) for m in muscles if cortex
    ]
    among = [between(a, b) for i, a in enumerate(muscles) for b in muscles[i + 1 :]]
    return (*best, *among)


def _lines(recording: Recording, channel: int, rectify: bool) -> Lines | None:
    """Give the spectral lines of all segments of a channel; None where there are too few."""
    meta, found = recording.channels[channel], []
    _, scale = amplitude_scale(meta)
    for block in recording.blocks(channel, round(_PIECE_S * meta.rate_hz)):
        samples = block.samples * scale
        if meta.kind.is_emg:
            samples = zero_phase(samples, meta.rate_hz, *_EMG_HZ)
        if rectify:
            samples = np.abs(samples)
        try:
            lines = segment_lines(samples, meta.rate_hz, _SEGMENT_S, _OVERLAP_SHARE, _HIGH_HZ + 1)
        except ParameterError:
            continue
        found.append(lines.astype(np.complex64))
    return np.concatenate(found) if found else None


def rows(found: Sequence[Coupled], rectify: bool, chance: float) -> Iterator[Row]:
    """Give the peak coherence of every pair, and the delay of those that are significant."""
    how = "rectified" if rectify else "not rectified"
    for one in found:
        at, name = f"{one.first} × {one.second}", "coherence"
        said = "significant" if one.significant else "not significant"
        limit = one.found.limit(0.95)
        method = (
            f"peak at {one.found.frequency_hz[one.peak]:.0f} Hz, EMG {how}, segments of 1 s that overlap by half;"
            f" 95 % limit {limit:.4f} of one bin, corrected for the overlap; {chance:g} for all bins and pairs"
        )
        yield Row(
            name, float(one.found.squared[one.peak]), "1", one.found.segments, method, ROOTSELAAR, at=at, quality=said
        )
        delay = one.found.delay(one.found.significant() & one.band) if one.significant else None
        if delay:
            ends = (1e3 * delay.interval[0], 1e3 * delay.interval[1])
            method = f"slope of the phase over {delay.bins} significant bins; positive: the second follows"
            yield Row("coherence_delay", 1e3 * delay.seconds, "ms", one.found.segments, method, ROOTSELAAR, ends, at)
