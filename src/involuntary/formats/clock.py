"""Time stamps of a table: measured, kept as they are where even, resampled by name where not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import ParameterError, RecordingError
from involuntary.model import Intervals

__all__ = ["RESAMPLINGS", "Clock", "measure_clock"]

Floats = NDArray[np.float64]

RESAMPLINGS = ("linear", "none")

# Engineering choices. Stamps that stay within this part of a step of an even grid change no spectrum that matters
# here: at a tenth of the rate the error of a sine is below 2π · 0.1 · 0.01, 0.6 % of its amplitude.
_EVEN_WITHIN_STEPS = 0.01
# A round rate must explain the stamps to their last written place, or to this part of a step.
_EXACT_WITHIN_STEPS = 1e-6
# What lies between two stamps further apart than this was not recorded and is not made up.
_GAP_STEPS = 5.0
# Nanoseconds since any calendar's start are nearer than this; no recorder samples faster.
_FURTHEST, _SHORTEST_STEP_S = 1e21, 1e-10
_FINEST_DECIMAL = 9
_LOOKED_AT_FOR_DECIMALS = 10_000


@dataclass(frozen=True, slots=True)
class Clock:
    """A regular clock for stamped samples.

    Attributes
    ----------
    rate_hz : float
        Samples a second.
    even : bool
        Whether the stamps lie on the grid already; if not, `apply` interpolates.
    stretches : tuple of (int, int)
        First and last-plus-one stamp of each stretch without a gap.
    time_s : ndarray of float64, shape (n,)
        Stamps in seconds after the first.
    notes : tuple of str
        What was measured and done, in numbers.
    """

    rate_hz: float
    even: bool
    stretches: tuple[tuple[int, int], ...]
    time_s: Floats
    notes: tuple[str, ...]

    def _grid_sizes(self) -> list[int]:
        if self.even:
            return [stop - start for start, stop in self.stretches]
        spans = [self.time_s[stop - 1] - self.time_s[start] for start, stop in self.stretches]
        return [int(np.floor(span * self.rate_hz + 1e-6)) + 1 for span in spans]

    @property
    def segments(self) -> Intervals:
        """Recorded stretches in seconds; the clock starts with the first stamp."""
        begin = self.time_s[[start for start, _ in self.stretches]]
        return Intervals(begin, begin + np.array(self._grid_sizes()) / self.rate_hz)

    def apply(self, values: Floats) -> Floats:
        """Give samples on the regular clock, stretch after stretch."""
        if self.even and len(self.stretches) == 1:
            return values
        parts = [
            values[start:stop]
            if self.even
            else np.interp(
                self.time_s[start] + np.arange(size) / self.rate_hz, self.time_s[start:stop], values[start:stop]
            )
            for (start, stop), size in zip(self.stretches, self._grid_sizes(), strict=True)
        ]
        return np.concatenate(parts)


def measure_clock(stamps: Floats, scale_s: float, file: str, resampling: str) -> Clock:
    """Find the clock of stamped samples.

    Parameters
    ----------
    stamps : ndarray of float64, shape (n,)
        Time of each sample in the file's unit.
    scale_s : float
        Seconds in that unit.
    file : str
        For messages.
    resampling : str
        One of `RESAMPLINGS`: what to do with uneven stamps.

    Raises
    ------
    RecordingError
        If there are fewer than two stamps, they do not rise, or they are uneven and `resampling` is ``"none"``.
    ParameterError
        If `resampling` is unknown.
    """
    if resampling not in RESAMPLINGS:
        raise ParameterError("resampling", f"must be one of {', '.join(RESAMPLINGS)}", repr(resampling))
    raw_steps = _rising(stamps, file)
    time_s, steps = (stamps - stamps[0]) * scale_s, raw_steps * scale_s
    median = float(np.median(steps))
    if median < _SHORTEST_STEP_S:
        raise RecordingError(
            file, f"time steps must last {_SHORTEST_STEP_S:g} s", f"{median:g} s", "check the unit of time"
        )
    stretches, lonely = _stretches(steps, median)
    if not stretches:
        raise RecordingError(
            file, "no two rows follow each other", f"a median step of {median:g} s", "check the time column"
        )
    written_to = 0.51 * _decimal(stamps) * scale_s
    rate = _even_rate(time_s, stretches, median, written_to)
    notes = _gap_notes(steps, median, lonely)
    if rate is not None:
        return Clock(rate, True, stretches, time_s, notes)
    uneven = _described(steps)
    if resampling == "none":
        raise RecordingError(file, "time steps must be even", uneven, "allow --set resampling=linear")
    rate = _rounded(1.0 / median)
    return Clock(
        rate,
        False,
        stretches,
        time_s,
        (f"uneven time steps, {uneven}; resampled to {rate:g} Hz by linear interpolation", *notes),
    )


def _rising(stamps: Floats, file: str) -> Floats:
    """Give the steps of stamps that can be a clock; refuse others."""
    if stamps.size < 2:
        raise RecordingError(
            file, "a time column needs two rows", f"{stamps.size}", "state the rate with --set rate_hz=…"
        )
    if not np.all(np.abs(stamps) < _FURTHEST):
        raise RecordingError(
            file, "times must be finite", f"{stamps[~(np.abs(stamps) < _FURTHEST)][0]:g}", "export again"
        )
    steps: Floats = np.diff(stamps)
    if not np.all(steps > 0):
        row = int(np.flatnonzero(~(steps > 0))[0]) + 1
        word = "repeated" if steps[row - 1] == 0 else "falling"
        raise RecordingError(
            file,
            "time must rise from row to row",
            f"{word} time {stamps[row]:.10g} after {stamps[row - 1]:.10g} in data row {row + 1}",
            "sort the rows and remove repeated ones, or remove the time column and state the rate",
        )
    return steps


def _stretches(steps: Floats, median: float) -> tuple[tuple[tuple[int, int], ...], int]:
    """Split where a gap is; also count the samples that stand alone between two gaps."""
    gaps = np.flatnonzero(steps > _GAP_STEPS * median) + 1
    edges = np.concatenate([[0], gaps, [steps.size + 1]])
    pairs = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
    kept = tuple((start, stop) for start, stop in pairs if stop - start > 1)
    return kept, len(pairs) - len(kept)


def _decimal(stamps: Floats) -> float:
    """Find the unit in the last place that stamps are written with, in their own unit."""
    some = stamps[:_LOOKED_AT_FOR_DECIMALS]
    for places in range(_FINEST_DECIMAL + 1):
        scaled = some * 10.0**places
        if np.all(np.abs(scaled - np.rint(scaled)) < 1e-3):
            return float(10.0**-places)
    return 0.0


def _even_rate(
    time_s: Floats, stretches: tuple[tuple[int, int], ...], median: float, written_to: float
) -> float | None:
    """Find the rate whose grid all stamps keep to, a round one if it explains them to their last place; or None."""
    count = sum(stop - start - 1 for start, stop in stretches)
    rate = count / float(sum(time_s[stop - 1] - time_s[start] for start, stop in stretches))
    round_ones = [*(round(rate, places) for places in range(4)), 1 / (round(1 / rate, _FINEST_DECIMAL) or 1.0)]
    candidates = [(r, tolerance) for tolerance in (_EXACT_WITHIN_STEPS * median, written_to) for r in round_ones]
    candidates.append((rate, max(_EVEN_WITHIN_STEPS * median, written_to)))
    for candidate, tolerance in candidates:
        if candidate > 0 and all(_fits(time_s[start:stop], candidate, tolerance) for start, stop in stretches):
            return candidate
    return None


def _fits(time_s: Floats, rate: float, tolerance: float) -> bool:
    off = time_s - np.arange(time_s.size) / rate
    return bool(np.ptp(off) <= 2 * tolerance)


def _rounded(rate: float) -> float:
    return float(np.rint(rate)) if rate >= 10 else float(f"{rate:.3g}")


def _described(steps: Floats) -> str:
    low, median, high = np.percentile(steps, [5, 50, 95]) * 1e3
    return (
        f"median {median:.4g} ms, 5th to 95th percentile {low:.4g} to {high:.4g} ms, longest {steps.max() * 1e3:.4g} ms"
    )


def _gap_notes(steps: Floats, median: float, lonely: int) -> tuple[str, ...]:
    gaps = steps[steps > _GAP_STEPS * median]
    if not gaps.size:
        return ()
    alone = f"; {lonely} samples that stand alone are left out" if lonely else ""
    return (f"{gaps.size} gaps of more than {_GAP_STEPS:g} steps, {gaps.sum():.4g} s in all, are not filled in{alone}",)
