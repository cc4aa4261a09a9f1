"""Jerks: bursts of 5 to 500 ms with an onset and an end to the millisecond, and how sure these are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import bursts
from involuntary.detect.conditioned import Conditioned, Conditioning, amplitude_scale
from involuntary.detect.sweep import Detector, sweep
from involuntary.dsp.noise import rest_track
from involuntary.dsp.onset import EdgeErrors, calibrate, change_edges, energies, mean_frequency
from involuntary.model import Events, Recording

__all__ = ["JERKS", "JerkRule", "detect"]

Samples = NDArray[np.float64]
Spans = NDArray[np.intp]

_REST_S = 0.5  # rest is looked for so far around a burst,
_MARGIN_S = 0.02  # and not so near to one
_MOST_KEPT = 24  # bursts a block whose samples are kept to calibrate on,
_KEPT_S = 0.25  # with so much rest each
_RISE_S = 0.003  # of a burst that is not kept, at either end
_FEWEST, _FURTHEST_S = 5, 0.008  # bursts to calibrate on; bias that can be one
_MUSCLE_HZ = 35.0  # what is slower is a heart beat or a movement, whose edges are none of muscle
_JUMP_S, _FIRST_S = 0.0005, 0.003
_LEAST_RATIO = 1e-4  # of the energy at rest to that of a burst, for signals without noise


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


_COLUMNS = 8  # onset, stop, peak, amplitude, rms, rms at rest, mean frequency, jump


class _Kept(NamedTuple):
    """Of one block: a row for each burst, see `_COLUMNS`; samples of rest and within bursts."""

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


def _conditioning(rule: JerkRule) -> Conditioning:
    return Conditioning(rule.low_hz, rule.high_hz, rule.remove_mains, rule.window_ms)


def _in_block(part: Conditioned, rule: JerkRule) -> _Kept:
    block, per_ms = part.block, part.rate_hz / 1e3
    held = bursts.runs(part.envelope, rest_track(part.steps, rule.rest_percentile), round(rule.merge_ms * per_ms), rule)
    shortest, longest = rule.shortest_ms * per_ms, rule.longest_ms * per_ms
    rows, rest, inside = [], [np.empty(0)], [np.empty(0)]
    for i in np.flatnonzero(held[:, 1] - held[:, 0] <= longest + rule.merge_ms * per_ms).tolist():
        calm = _calm(part, held, i)
        onset, stop = _edges(part, held, i, calm, round(rule.reach_ms * per_ms))
        if not (block.start <= onset < block.stop and shortest <= stop - onset <= longest):
            continue
        wave = part.wave[onset:stop].astype(np.float64)
        top = onset + int(np.argmax(part.envelope[onset:stop]))
        at = (block.first + onset, block.first + stop, block.first + top)
        speed = mean_frequency(wave, calm, part.rate_hz)
        rows.append((*at, np.ptp(wave), _rms(wave), _rms(calm), speed, _jump(wave, part.rate_hz)))
        if speed >= _MUSCLE_HZ and len(inside) <= _MOST_KEPT:
            trim = min(round(_RISE_S * part.rate_hz), wave.size // 4)
            inside.append(wave[trim : wave.size - trim])
            rest.append(calm[: round(_KEPT_S * part.rate_hz)])
    return _Kept(np.array(rows, dtype=np.float64).reshape(-1, _COLUMNS), np.concatenate(rest), np.concatenate(inside))


def _calm(part: Conditioned, held: Spans, i: int) -> Samples:
    """Give the samples around a burst that lie in none and near none."""
    reach, margin = round(_REST_S * part.rate_hz), round(_MARGIN_S * part.rate_hz)
    low, high = max(int(held[i, 0]) - reach, 0), min(int(held[i, 1]) + reach, part.wave.size)
    calm = np.ones(high - low, dtype=np.bool_)
    first, last = np.searchsorted(held[:, 1], low - margin), np.searchsorted(held[:, 0], high + margin)
    for start, stop in held[first:last].tolist():
        calm[max(start - margin - low, 0) : max(stop + margin - low, 0)] = False
    return part.wave[low:high][calm].astype(np.float64)


def _edges(part: Conditioned, held: Spans, i: int, calm: Samples, reach: int) -> tuple[int, int]:
    """Find onset and end, no further than halfway to the next burst on either side."""
    start, stop = held[i].tolist()
    low = max(start - reach, (int(held[i - 1, 1]) + start) // 2 if i else 0)
    high = min(stop + reach, (int(held[i + 1, 0]) + stop) // 2 if i + 1 < len(held) else part.wave.size)
    pair = energies(part.wave[low:high], part.rate_hz)
    levels = [float(values.mean()) if values.size else 0.0 for values in energies(calm, part.rate_hz)]
    least = _LEAST_RATIO * float(pair[1].max())
    top = int(np.argmax(part.envelope[start:stop])) + start - low
    found = change_edges(pair, top, (max(levels[0], least), max(levels[1], least)))
    return low + found.onset, low + found.stop


def _jump(wave: Samples, rate_hz: float) -> float:
    lag = max(round(_JUMP_S * rate_hz), 1)
    first, reach = wave[: round(_FIRST_S * rate_hz) + lag], float(np.ptp(wave))
    return float(np.max(np.abs(first[lag:] - first[:-lag]))) / reach if first.size > lag and reach else float("nan")


def _rms(wave: Samples) -> float:
    return float(np.sqrt(np.mean(wave * wave))) if wave.size else 0.0


def _as_events(recording: Recording, channel: int, parts: list[_Kept], rule: JerkRule) -> Events:
    meta = recording.channels[channel]
    suffix, _ = amplitude_scale(meta)
    rows = np.concatenate([np.empty((0, _COLUMNS)), *(part.rows for part in parts)])
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


JERKS: Detector[JerkRule, _Kept] = Detector(_conditioning, _in_block, _as_events)
