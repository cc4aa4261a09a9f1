"""The cortical spike before a jerk: found against shifts of the whole train of jerks, measured four ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.averaging import averages, epochs, plus_minus, resampled_means, shifted_sums, split_half
from involuntary.dsp.bands import zero_phase
from involuntary.model import Recording, Reference
from involuntary.phenomena._jerk.eeg_epochs import pieces
from involuntary.phenomena._rows import Row

__all__ = ["HALLETT", "Spike", "SpikeRule", "find", "rows"]

Floats = NDArray[np.float64]

HALLETT = Reference(
    "title:Cortical reflex myoclonus",
    "Hallett M, Chadwick D, Marsden CD. Neurology 1979",
    "abstract: a negativity of the contralateral sensorimotor cortex at a fixed latency before each jerk",
)

_REACH_S = (0.15, 0.1)
_CLIP = 6.0  # standard deviations: one artefact must not carry an average
_PROMINENT = 0.75
_CUSP_S = 0.008
_OVERSAMPLED = 5
_BOOTSTRAPS = 1000
_REVERSED_Z, _REVERSED_SHARE = 3.5, 0.3


@dataclass(frozen=True, slots=True)
class SpikeRule:
    """How the spike is sought; engineering choices.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band of the EEG: slow potentials are another matter.
    earliest_s, latest_s : float
        Where its peak may lie before the onset of the first muscle.
    surrogates : int
        Random shifts of the train.
    """

    low_hz: float
    high_hz: float
    earliest_s: float
    latest_s: float
    surrogates: int


@dataclass(frozen=True, slots=True, eq=False)
class Spike:
    """What the average before the jerks shows.

    Attributes
    ----------
    channel : str
        Where it stands out most.
    p : float
        Share of shifts whose largest peak, in any channel, is as large.
    latency_s, interval_s : float, tuple
        Of its first prominent peak, negative before the jerk, with the bootstrap's 95 % interval.
    amplitudes : tuple of float
        At that peak by mean, median, trimmed and noise-weighted average, in `unit`.
    halves, ratio : float
        Correlation of the averages of even and odd jerks; root mean square of the average over that of the ± average.
    leads : bool
        Whether no larger deflection of its polarity follows up to the jerk, as the cusp of a slow potential does.
    reversed_at : tuple of str
        Channels in which the peak has the other polarity.
    n : int
        Jerks.
    """

    channel: str
    unit: str
    p: float
    latency_s: float
    interval_s: tuple[float, float]
    amplitudes: tuple[float, ...]
    halves: float
    ratio: float
    leads: bool
    reversed_at: tuple[str, ...]
    n: int


def find(recording: Recording, channels: Sequence[int], onset_s: Floats, rule: SpikeRule) -> Spike | None:
    """Average the EEG before jerks and compare it with the average before the same train, shifted at random.

    Returns
    -------
    Spike or None
        None where no channel has a jerk far enough from its ends.
    """
    share = np.concatenate([[0.0], np.random.default_rng(0).uniform(0, 1, rule.surrogates)])
    found = {}
    for channel in channels:
        sums = _sums(recording, channel, onset_s, share, rule)
        if sums is not None:
            found[channel] = sums
    if not found:
        return None
    largest, z = np.zeros(share.size), dict[int, tuple[Floats, NDArray[np.bool_], Floats]]()
    for channel, (total, lag_s) in found.items():
        scaled = total / max(float(total[1:].std()), np.finfo(np.float64).tiny)
        inside = (lag_s >= rule.earliest_s) & (lag_s <= rule.latest_s)
        np.maximum(largest, np.abs(scaled[:, inside]).max(axis=1), out=largest)
        z[channel] = scaled[0], inside, lag_s
    best = max(z, key=lambda c: float(np.abs(z[c][0][z[c][1]]).max()))
    p = (1 + int(np.count_nonzero(largest[1:] >= largest[0]))) / (1 + rule.surrogates)
    return _described(recording, best, onset_s, rule, p, z)


def _sums(
    recording: Recording, channel: int, onset_s: Floats, share: Floats, rule: SpikeRule
) -> tuple[Floats, Floats] | None:
    """Give the sums around the train as it is and shifted, shape (1 + surrogates, lags), and the lags."""
    step = max(int(recording.channels[channel].rate_hz / (_OVERSAMPLED * rule.high_hz)), 1)
    rate = recording.channels[channel].rate_hz / step
    total: Floats | None = None
    before, after = (round(s * rate) for s in _REACH_S)
    for piece in pieces(recording, channel, onset_s, _REACH_S):
        if not piece.at.size:
            continue
        # The test needs no more samples than the band has room for; latency and size are read at the full rate.
        coarse = piece.samples[: piece.samples.size - piece.samples.size % step].reshape(-1, step).mean(axis=1)
        x = _filtered(coarse, rate, rule)
        shift = np.rint(share * (x.size - 2 * (before + after))).astype(np.intp) + before + after
        shift[0] = 0
        sums = shifted_sums(x, piece.at // step, shift, before, after)
        total = sums if total is None else total + sums
    return None if total is None else (total, np.arange(-before, after) / rate)


def _filtered(samples: Floats, rate_hz: float, rule: SpikeRule) -> Floats:
    x = zero_phase(samples, rate_hz, rule.low_hz, rule.high_hz)
    spread = 1.4826 * float(np.median(np.abs(x)))
    return np.clip(x, -_CLIP * spread, _CLIP * spread) if spread else x


def _described(
    recording: Recording, channel: int, onset_s: Floats, rule: SpikeRule, p: float,
    z: dict[int, tuple[Floats, NDArray[np.bool_], Floats]],
) -> Spike:  # fmt: skip
    meta = recording.channels[channel]
    before, after = (round(s * meta.rate_hz) for s in _REACH_S)
    cut = np.concatenate([
        epochs(_filtered(one.samples, one.rate_hz, rule), one.at, before, after)
        for one in pieces(recording, channel, onset_s, _REACH_S)
    ])  # fmt: skip
    four, lag_s = averages(cut), np.arange(-before, after) / meta.rate_hz
    line, inside = four.mean, (lag_s >= rule.earliest_s) & (lag_s <= rule.latest_s)
    at = _first_prominent(line, inside)
    sign = float(np.sign(line[at]))
    drawn = resampled_means(cut, _BOOTSTRAPS, np.random.default_rng(1))
    near = slice(max(at - round(0.008 * meta.rate_hz), 1), at + round(0.008 * meta.rate_hz) + 1)
    peaks = lag_s[near][np.argmax(sign * drawn[:, near], axis=1)]
    low, high = np.percentile(peaks, [2.5, 97.5]).tolist()
    noise = plus_minus(cut)[inside]
    ratio = float(np.sqrt(np.mean(four.mean[inside] ** 2) / max(float(np.mean(noise**2)), np.finfo(float).tiny)))
    other = tuple(
        recording.channels[c].name
        for c, (one, _, lags) in z.items()
        if _reverses(float(one[np.argmin(np.abs(lags - lag_s[at]))]), sign * float(np.abs(z[channel][0]).max()))
    )
    by = tuple(float(one[at]) for one in (four.mean, four.median, four.trimmed, four.weighted))
    latency = float(lag_s[at]) + _between(sign * four.mean, at) / meta.rate_hz
    unit = "µV" if meta.calibrated else "count"
    later = (lag_s > rule.latest_s) & (lag_s <= _CUSP_S)
    leads = bool(abs(line[at]) >= (sign * line[later]).max())
    halves = split_half(cut[:, inside])
    return Spike(meta.name, unit, p, latency, (low, high), by, halves, ratio, leads, other, len(cut))


def _first_prominent(line: Floats, inside: NDArray[np.bool_]) -> int:
    """Give the earliest extremum that reaches a share of the largest deflection where it is sought."""
    size = np.abs(line)
    top = np.zeros(size.size, dtype=np.bool_)
    top[1:-1] = (size[1:-1] >= size[:-2]) & (size[1:-1] > size[2:])
    wanted = np.flatnonzero(inside & top & (size >= _PROMINENT * size[inside].max()))
    return int(wanted[0]) if wanted.size else int(np.flatnonzero(inside)[np.argmax(size[inside])])


def _between(line: Floats, at: int) -> float:
    """Give where between the samples a parabola through a peak has its top."""
    if not 0 < at < line.size - 1:
        return 0.0
    before, peak, after = line[at - 1 : at + 2].tolist()
    bend = before - 2 * peak + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend else 0.0


def _reverses(here: float, largest: float) -> bool:
    return here * largest < 0 and abs(here) >= max(_REVERSED_Z, _REVERSED_SHARE * abs(largest))


def rows(found: Spike, chance: float) -> Iterator[Row]:
    """Give the measurements; latency and amplitudes only where the spike is there."""
    said = f"p = {found.p:.3g} against shifts of the train of jerks, over all channels"
    yield Row(
        "spike_p", found.p, "1", found.n, "share of random shifts with as large a peak", HALLETT, at=found.channel
    )
    if found.p > chance or not found.leads:
        return
    first = 1e3 * found.latency_s, (1e3 * found.interval_s[0], 1e3 * found.interval_s[1])
    yield Row("spike_latency", first[0], "ms", found.n, "peak of the jerk-locked average against the first muscle",
              HALLETT, first[1], found.channel, quality=said)  # fmt: skip
    for way, value in zip(("mean", "median", "trimmed", "weighted"), found.amplitudes, strict=True):
        name = "spike_amplitude" if way == "mean" else f"spike_amplitude_{way}"
        yield Row(name, value, found.unit, found.n, f"at the peak, {way} of epochs", HALLETT, at=found.channel)
    yield Row("spike_split_half", found.halves, "1", found.n, "correlation of averages of even and odd jerks",
              HALLETT, at=found.channel)  # fmt: skip
    yield Row("spike_to_noise", found.ratio, "1", found.n, "root mean square of the average over the ± average",
              HALLETT, at=found.channel)  # fmt: skip
    where = f"other polarity at {', '.join(found.reversed_at)}" if found.reversed_at else "one polarity in all channels"
    yield Row("polarity_reversal", float(bool(found.reversed_at)), "1", found.n, "channels beyond 3.5 deviations",
              HALLETT, at=found.channel, quality=where)  # fmt: skip
