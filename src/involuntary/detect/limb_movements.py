"""Limb movements in sleep: activity that rises 8 µV over rest and ends where it stays within 2 µV for half a second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.conditioned import Conditioned, Conditioning, amplitude_scale
from involuntary.detect.sweep import Detector, sweep
from involuntary.dsp.noise import rest_track, track
from involuntary.dsp.runs import joined, true_runs
from involuntary.model import Events, Recording

__all__ = ["LIMB_MOVEMENTS", "LimbMovementRule", "detect"]

Samples = NDArray[np.float64]
Spans = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class LimbMovementRule:
    """Onset and end as the AASM and the WASM 2016 state them; engineering choices unless they are named.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band.
    remove_mains : bool
        Subtract 50 or 60 Hz and harmonics where they are there.
    window_ms : float
        Width of the triangle under which the envelope is the root mean square.
    onset_uv : float
        The envelope exceeds rest by so much (8 µV).
    end_uv, end_s : float
        It ends where the envelope stays within so much of rest (2 µV) for so long (0.5 s),
    stray_deviates : float
        or within what noise at rest exceeds as rarely as a normal variate so many deviates, where that is more: in half
        a second the envelope of noise has some 20 independent values, of which none may end up above.
    shortest_s : float
        Shorter activity is no movement (0.5 s, WASM and AASM); 0 gives all.
    rest_percentile, rest_s : float
        Rest is this percentile of the envelope, around each moment.
    """

    low_hz: float = 10.0
    high_hz: float = 200.0
    remove_mains: bool = True
    window_ms: float = 40.0
    onset_uv: float = 8.0
    end_uv: float = 2.0
    end_s: float = 0.5
    stray_deviates: float = 3.0
    shortest_s: float = 0.5
    rest_percentile: float = 20.0
    rest_s: float = 60.0


def detect(recording: Recording, channel: int, rule: LimbMovementRule) -> Events:
    """Find the movements of one limb.

    Returns
    -------
    Events
        Kind ``limb-movement``. Features: ``amplitude_uv``, the largest envelope over rest; ``rest_uv``;
        ``median_uv``, the largest median over rest of half a second (the WASM ask for 2 µV); ``end_uv``, within how
        much of rest it ended.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    return sweep(recording, channel, [(LIMB_MOVEMENTS, rule)])[0]


def _in_block(part: Conditioned, rule: LimbMovementRule) -> Samples:
    """Give onset, stop, amplitude, rest and median of the movements that begin in the block proper."""
    rest, end = _rest(part, rule)
    above = np.asarray(part.envelope, dtype=np.float64) - rest
    block, hold = part.block, round(rule.end_s * part.rate_hz)
    active = joined(true_runs(above > end), max(hold - 1, 0))
    risen = np.flatnonzero(above > np.maximum(end, rule.onset_uv))
    first = np.searchsorted(risen, active[:, 0])
    rows = []
    for (start, stop), place in zip(active.tolist(), first.tolist(), strict=True):
        if place >= risen.size or risen[place] >= stop or not block.start <= start < block.stop:
            continue
        onset = int(risen[place])
        onset, stop = _sharp(part, rest, onset, stop, rule)
        if stop - onset >= rule.shortest_s * part.rate_hz:
            inside = above[onset:stop]
            sizes = (inside.max(), rest[onset], _median(inside, hold), end[onset])
            rows.append((block.first + onset, block.first + stop, *sizes))
    return np.array(rows, dtype=np.float64).reshape(-1, 6)


def _sharp(part: Conditioned, rest: Samples, onset: int, stop: int, rule: LimbMovementRule) -> tuple[int, int]:
    """Move the ends inwards to the first and last sample that itself leaves rest: the envelope smears both."""
    reach = round(rule.window_ms * part.rate_hz / 1e3)
    size = np.abs(part.wave[max(onset - reach, 0) : stop])
    out = np.flatnonzero(size > rest[onset] + rule.onset_uv)
    if not out.size:
        return onset, stop
    shift = max(onset - reach, 0)
    begin = shift + int(out[0])
    last = np.flatnonzero(size > 2 * rest[onset] + rule.end_uv)
    return begin, min(stop, shift + int(last[-1]) + 1) if last.size else stop


def _median(above: Samples, half_second: int) -> float:
    """Give the largest median of windows of half a second, every tenth of one."""
    step = max(half_second // 5, 1)
    starts = range(0, max(above.size - half_second, 0) + 1, step)
    return max(float(np.median(above[a : a + half_second])) for a in starts)


def _rest(part: Conditioned, rule: LimbMovementRule) -> tuple[Samples, Samples]:
    """Give, at every sample, the level of rest and within how much of it is rest: low percentiles of minutes."""
    low, noise = rest_track(part.steps, rule.rest_percentile), track(part.steps, compiled=part.compiled)
    strayed = noise.stray_at(low.centre.astype(np.intp), rule.stray_deviates)
    half = max(round(rule.rest_s / 2 * part.rate_hz / max(part.steps.hop, 1)), 1)
    at = np.arange(part.envelope.size)

    def quiet(values: Samples) -> Samples:
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, half, mode="edge"), 2 * half + 1)
        return np.asarray(np.interp(at, low.centre, np.percentile(windows, 25, axis=1)))

    rest = quiet(low.level)
    return rest, np.maximum(quiet(strayed) - rest, rule.end_uv)


def _as_events(recording: Recording, channel: int, parts: list[Samples], _rule: LimbMovementRule) -> Events:
    meta = recording.channels[channel]
    suffix, _ = amplitude_scale(meta)
    rows = np.concatenate([np.empty((0, 6)), *parts])
    onset, stop, amplitude, rest, median, end = rows[np.argsort(rows[:, 0], kind="stable")].T
    sizes = {"amplitude": amplitude, "rest": rest, "median": median, "end": end}
    features = {f"{name}_{suffix}": values for name, values in sizes.items()}
    onset_s = recording.time_s(channel, onset.astype(np.intp))
    return Events("limb-movement", (meta.name,) * len(rows), onset_s, (stop - onset) / meta.rate_hz, features)


LIMB_MOVEMENTS: Detector[LimbMovementRule, Samples] = Detector(Conditioning.of, _in_block, _as_events)
