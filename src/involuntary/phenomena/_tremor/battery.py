"""The tests of the functional-tremor battery, each from a tremulous and from the other limb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.bench import Bench
from involuntary.detect.conditions import Condition
from involuntary.detect.oscillation import Oscillation
from involuntary.dsp.coherence import coherence
from involuntary.dsp.spectrum import Spectrum, peak, welch
from involuntary.dsp.stability import band_passed, main_direction
from involuntary.model import Intervals
from involuntary.phenomena._tremor.coactivation import CoactivationRule, antagonists, before_onsets
from involuntary.phenomena._tremor.windows import Band, Rhythm, Scale, amplitude, fundamental

__all__ = ["Baseline", "BatteryRule", "Test", "ballistic", "bilateral", "coactivated", "loaded", "tapping", "total"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BatteryRule:
    """Where a test gives its point: engineering choices, except the half of the ballistic test."""

    tapping_error_share: float
    entrained_hz: float
    shifted_hz: float
    suppressed_share: float
    slowest_tap_hz: float
    movement_factor: float
    fewest_movements: int
    tonic_s: float


@dataclass(frozen=True, slots=True)
class Test:
    """One test done: a number, and whether it gives its point."""

    name: str
    value: float
    unit: str
    point: bool
    method: str
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """A limb in posture or at rest, and how to size its tremor."""

    found: Oscillation
    rhythm: Rhythm
    band: Band
    scale: Scale

    @property
    def size(self) -> float:
        """Amplitude of its tremor."""
        return amplitude(self.rhythm.spectrum, self.rhythm.peak.frequency_hz, self.band, self.scale)


def tapping(asked: Condition, tremor: Baseline, during: Floats, tapped: Floats, rule: BatteryRule) -> list[Test]:
    """Judge one rate of tapping: how well the other hand kept it, and what the tremor did meanwhile.

    Parameters
    ----------
    asked : Condition
        With the rate that was asked for.
    tremor : Baseline
        The tremulous limb before.
    during, tapped : ndarray, shape (axes, n)
        The tremulous and the tapping limb while tapping.
    rule : BatteryRule
        Where a test gives its point.
    """
    rate, band = tremor.found.rate_hz, tremor.band
    low = Band(rule.slowest_tap_hz, 8.0, band.half_band_hz, band.harmonic_share)
    tap = _slowest_strong(welch(tapped, rate, 4.0, spacing_hz=0.1), low, tremor.scale.integrations)
    name = f"{asked.asked:g}hz"
    if tap is None:
        return []
    error = abs(tap / asked.asked - 1)
    made = Test(
        f"tapping_error_{name}", 100 * error, "%", error > rule.tapping_error_share,
        "rate of tapping beside the one asked for", 1,
    )  # fmt: skip
    before = tremor.rhythm.peak.frequency_hz
    if min(abs(before - k * tap) for k in (1, 2)) <= 2 * rule.entrained_hz:
        return [made]  # a tremor as fast as the tapping cannot be seen to follow it
    meanwhile = welch(during, rate, 4.0, spacing_hz=0.1)
    wide = Band(rule.slowest_tap_hz, band.high_hz, band.half_band_hz, band.harmonic_share)
    now = _slowest_strong(meanwhile, wide, tremor.scale.integrations) or before
    left = amplitude(meanwhile, before, band, tremor.scale) / tremor.size
    entrained = min(abs(now - k * tap) for k in (1, 2)) <= rule.entrained_hz
    point = entrained or left <= rule.suppressed_share or abs(now - before) >= rule.shifted_hz
    followed = Test(
        f"entrainment_{name}", now - before, "Hz", point,
        "change of the tremor's frequency while the other hand taps; a point where it follows the tapping, "
        "shifts, or falls to half", 1,
    )  # fmt: skip
    return [made, followed]


def ballistic(tremor: Baseline, during: Floats, moved: Floats, rule: BatteryRule) -> Test | None:
    """Judge whether the tremor pauses or falls to half when the other hand moves fast; None with too few movements."""
    rate, f = tremor.found.rate_hz, tremor.rhythm.peak.frequency_hz
    passed = band_passed(during, rate, f - min(2.0, 0.9 * f), f + 2.0, 2)
    wave = main_direction(passed) @ passed
    starts = _movements(moved, rate, rule.movement_factor)
    n = round(rate)
    ratios = [_rms(wave[at : at + n]) / _rms(wave[at - n : at]) for at in starts if at >= n and at + n <= wave.size]
    if len(ratios) < rule.fewest_movements:
        return None
    fall = float(np.median(ratios))
    return Test(
        "ballistic", 100 * (1 - fall), "%", fall <= 0.5,
        "fall of the tremor in the second after a fast movement of the other hand, median", len(ratios),
    )  # fmt: skip


def bilateral(first: Baseline, second: Baseline) -> Test | None:
    """Judge whether both limbs tremble together: above the 99 % limit in two neighbouring bins, at peaks of both."""
    pairs = [
        (a.samples, b.samples)
        for a, b in zip(first.found.stretches, second.found.stretches, strict=False)
        if abs(a.start_s - b.start_s) < 1 / first.found.rate_hz
    ]
    if first.found.rate_hz != second.found.rate_hz or not pairs:
        return None
    longest = max(pairs, key=lambda pair: pair[0].shape[1])
    if min(part.shape[1] for part in longest) < 8 * first.found.rate_hz:
        return None
    one, other = (main_direction(_centred(part)) @ _centred(part) for part in longest)
    found = coherence(one, other, first.found.rate_hz)
    f, g = first.rhythm.peak.frequency_hz, second.rhythm.peak.frequency_hz
    near = np.abs(found.frequency_hz - (f + g) / 2) <= 1.0
    point = bool(np.any(found.significant()[near])) and abs(f - g) <= 1.0
    value = float(found.squared[near].max())
    method = f"highest coherence of both limbs at the peak, {found.segments} segments, limit {found.limit(0.99):.2f}"
    return Test("coherence", value, "1", point, method, found.segments)


def loaded(free: Baseline, load: Baseline) -> Test | None:
    """Judge whether the tremor grows under a load: the intervals of both amplitudes part."""
    before, after = free.rhythm.amplitude_interval, load.rhythm.amplitude_interval
    if before is None or after is None:
        return None
    rise = 100 * (load.size / free.size - 1)
    method = "change of amplitude under a load; a point where the 95 % intervals part upwards"
    return Test("load_rise", rise, "%", after[0] > before[1], method, int(load.rhythm.windows.sum()))


def coactivated(bench: Bench, tremor: Baseline, within: Intervals, rule: BatteryRule) -> Test | None:
    """Judge whether antagonists of the limb are tonically active together before its tremor begins.

    None without the EMG of two antagonists, or where no beginning was recorded.
    """
    pair = antagonists(bench.recording, bench.recording.channels[tremor.found.channels[0]].name)
    if pair is None:
        return None
    lengths = before_onsets(bench, pair, within, tremor.rhythm.peak.frequency_hz, CoactivationRule())
    if lengths is None or not lengths.size:
        return None
    point = float(np.mean(lengths >= rule.tonic_s)) >= 0.5
    method = "common tonic activity of the antagonists before the tremor begins, median; a point where half have it"
    return Test("coactivation", 1e3 * float(np.median(lengths)), "ms", point, method, lengths.size)


def _slowest_strong(spectrum: Spectrum, band: Band, integrations: int) -> float | None:
    """Give the fundamental in displacement, which harmonics of a sharp movement do not outweigh."""
    f = np.maximum(spectrum.frequency_hz, band.low_hz / 2)
    moved = Spectrum(spectrum.frequency_hz, spectrum.density / f ** (2.0 * integrations), spectrum.resolution_hz, 1)
    top = fundamental(moved, band)
    near = top and peak(spectrum, top.frequency_hz - 0.4, top.frequency_hz + 0.4)
    return near.frequency_hz if near else (top.frequency_hz if top else None)


def _movements(samples: Floats, rate_hz: float, factor: float) -> list[int]:
    """Give the starts of movements at least 2 s apart: the size of the signal leaves its median by a factor."""
    size = np.linalg.norm(samples - np.median(samples, axis=1, keepdims=True), axis=0)
    starts: list[int] = []
    for at in np.flatnonzero(size > factor * max(float(np.median(size)), np.finfo(float).tiny)).tolist():
        if not starts or at - starts[-1] > 2 * rate_hz:
            starts.append(at)
    return starts


def _centred(samples: Floats) -> Floats:
    return np.asarray(samples - samples.mean(axis=1, keepdims=True))


def _rms(samples: Floats) -> float:
    return float(np.sqrt(np.mean(samples**2)))


def total(tests: Sequence[Test]) -> int:
    """Give the points."""
    return sum(test.point for test in tests)
