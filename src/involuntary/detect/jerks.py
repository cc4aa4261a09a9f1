"""Jerks: bursts of 5 to 500 ms with an onset and an end to the millisecond, and how sure these are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import bursts
from involuntary.detect._jerk_rows import COLUMNS, calm_around, measured
from involuntary.detect.conditioned import Conditioned, Conditioning, amplitude_scale
from involuntary.detect.sweep import Detector, sweep
from involuntary.dsp.noise import rest_track
from involuntary.dsp.onset import EdgeErrors, calibrate
from involuntary.model import Events, Recording

__all__ = ["JERKS", "JerkRule", "detect"]

Samples = NDArray[np.float64]

_MOST_KEPT = 24  # bursts a block whose samples are kept to calibrate on,
_KEPT_S = 0.25  # with so much rest each
_RISE_S = 0.003  # of a burst that is not kept, at either end
_FEWEST, _FURTHEST_S = 5, 0.008  # bursts to calibrate on; bias that can be one
_MUSCLE_HZ = 35.0  # what is slower is a heart beat or a movement, whose edges are none of muscle


@dataclass(frozen=True, slots=True)
class JerkRule(bursts.BurstRule):
    """What counts as one burst of a jerk: as for `involuntary.detect.bursts`, with other limits and other edges.

    Attributes
    ----------
    shortest_ms, longest_ms : float
        Length of a burst.
    reach_ms : float
        Edges are sought so far around what exceeds the threshold.
    calibrated : bool
        Whether the bias of the edges, measured on the channel's own noise and bursts, is taken off.
    """

    shortest_ms: float = 5.0
    longest_ms: float = 500.0
    reach_ms: float = 40.0
    calibrated: bool = True


class _Kept(NamedTuple):
    """Of one block: a row of `COLUMNS` for each burst; samples of rest and within bursts."""

    rows: Samples
    rest: Samples
    inside: Samples


def detect(recording: Recording, channel: int, rule: JerkRule) -> Events:
    """Find the bursts of a channel, with their edges by `involuntary.dsp.onset.change_edges`.

    Returns
    -------
    Events
        Kind ``burst``. Features: ``amplitude_uv`` (peak to peak), ``rms_uv`` and ``rest_uv`` (root mean square in the
        burst and around it; all three ``_count`` where the gain is unknown), ``snr`` (rms over rest), ``peak_s``
        (time of the envelope's peak); ``frequency_hz`` (mean, by the energy operator: a heart beat or a movement is
        slower than muscle); ``jump`` (largest change within half a millisecond in the first three, over the amplitude:
        a contact that breaks has half or more); ``onset_bias_ms`` and ``stop_bias_ms``, which were taken off,
        ``onset_sd_ms`` and ``stop_sd_ms``: not-a-number where there was too little to calibrate on.

    Raises
    ------
    ParameterError
        If the channel is neither in volts nor in counts, or its rate is too low for the band.
    """
    return sweep(recording, channel, [(JERKS, rule)])[0]


def _in_block(part: Conditioned, rule: JerkRule) -> _Kept:
    block, per_ms = part.block, part.rate_hz / 1e3
    held = bursts.runs(part.envelope, rest_track(part.steps, rule.rest_percentile), round(rule.merge_ms * per_ms), rule)
    shortest, longest = rule.shortest_ms * per_ms, rule.longest_ms * per_ms
    chosen = np.flatnonzero(held[:, 1] - held[:, 0] <= longest + rule.merge_ms * per_ms)
    rows = measured(part, held, chosen, round(rule.reach_ms * per_ms))
    onset, length = rows[:, 0], rows[:, 1] - rows[:, 0]
    proper = (block.start <= onset) & (onset < block.stop) & (shortest <= length) & (length <= longest)
    chosen, rows = chosen[proper], rows[proper]
    rest, inside = [np.empty(0)], [np.empty(0)]
    for i in np.flatnonzero(rows[:, 6] >= _MUSCLE_HZ)[:_MOST_KEPT].tolist():
        wave = part.wave[int(rows[i, 0]) : int(rows[i, 1])].astype(np.float64)
        trim = min(round(_RISE_S * part.rate_hz), wave.size // 4)
        inside.append(wave[trim : wave.size - trim])
        rest.append(calm_around(part, held, int(chosen[i]))[: round(_KEPT_S * part.rate_hz)])
    rows[:, :3] += block.first
    return _Kept(rows, np.concatenate(rest), np.concatenate(inside))


def _as_events(recording: Recording, channel: int, parts: list[_Kept], rule: JerkRule) -> Events:
    meta = recording.channels[channel]
    suffix, _ = amplitude_scale(meta)
    rows = np.concatenate([np.empty((0, COLUMNS)), *(part.rows for part in parts)])
    onset, stop, peak, amplitude, rms, rest, frequency, jump = rows[np.argsort(rows[:, 0], kind="stable")].T
    length = (stop - onset) / meta.rate_hz
    errors = _errors(parts, length[frequency >= _MUSCLE_HZ], meta.rate_hz, rule)
    begin = recording.time_s(channel, onset.astype(np.intp)) - errors.onset_bias_s
    shift = errors.stop_bias_s - errors.onset_bias_s
    known = errors.trials > 0
    fixed = {
        "onset_bias_ms": errors.onset_bias_s, "stop_bias_ms": errors.stop_bias_s,
        "onset_sd_ms": errors.onset_sd_s, "stop_sd_ms": errors.stop_sd_s,
    }  # fmt: skip
    columns = {
        f"amplitude_{suffix}": amplitude,
        f"rms_{suffix}": rms,
        f"rest_{suffix}": rest,
        "snr": rms / np.maximum(rest, rule.lowest_envelope_uv / rule.factor),
        "peak_s": recording.time_s(channel, peak.astype(np.intp)),
        "frequency_hz": frequency,
        "jump": jump,
        **{name: np.full(len(rows), 1e3 * value if known else np.nan) for name, value in fixed.items()},
    }
    return Events("burst", (meta.name,) * len(rows), begin, np.maximum(length - shift, 0.0), columns)


def _errors(parts: list[_Kept], length_s: Samples, rate_hz: float, rule: JerkRule) -> EdgeErrors:
    found = None
    if rule.calibrated and length_s.size >= _FEWEST:
        rest, inside = (np.concatenate(of) for of in zip(*((p.rest, p.inside) for p in parts), strict=True))
        spread = length_s[np.linspace(0, length_s.size - 1, min(length_s.size, 200)).astype(int)]
        found = calibrate(rest, inside, spread, rate_hz, (rule.low_hz, rule.high_hz), rule.reach_ms / 1e3)
    # What is further off is no edge that was missed, but something else among the bursts.
    if found is None or max(abs(found.onset_bias_s), abs(found.stop_bias_s)) > _FURTHEST_S:
        return EdgeErrors(0.0, 0.0, 0.0, 0.0, 0)
    return found


JERKS: Detector[JerkRule, _Kept] = Detector(Conditioning.of, _in_block, _as_events)
