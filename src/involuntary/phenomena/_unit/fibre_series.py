"""Series of like potentials at a needle: what one fibre, or fibres in lockstep, fire, told by shape one by one.

A myotonic discharge changes its size and rate as it goes on, so that its first and last potential are not alike; each
is compared with those just before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.decompose.spikes import cut
from involuntary.decompose.unit_shape import ShapeRule, UnitShape, unit_shape
from involuntary.detect.conditioned import amplitude_scale
from involuntary.detect.discharges import DischargeRule, mended_blocks
from involuntary.detect.discharges import detect as find_discharges
from involuntary.dsp.bands import zero_phase
from involuntary.model import Recording

__all__ = ["FibreSeries", "FibreSeriesRule", "Series", "detect"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

# An interval longer than so many of the shortest spans more than one period.
_ONE_PERIOD = 1.5
# The ends of a potential, from its largest deflection, what they amount to of its height, and in standard errors.
_ENDS_MS, _END_SHARE, _END_ERRORS = ((-8.0, -3.0), (4.0, 10.0)), 0.01, 4.0


@dataclass(frozen=True, slots=True)
class FibreSeriesRule:
    """Which potentials belong together; engineering choices unless a source is named.

    Attributes
    ----------
    smallest_uv : float
        Smaller potentials, peak to peak, are left out.
    low_hz, high_hz : float
        Zero-phase band in which potentials are compared.
    compared_ms : float
        Width of what is compared, around the largest deflection.
    alike_share : float
        A potential continues a series where they differ, noise apart, by no more than this share of the energy.
    memory : float
        Weight of the latest potential in what the next is compared with.
    slack_ms : float
        How far potentials are moved against each other.
    pause_s : float
        A series ends with a longer pause, and
    pause_factor : float
        with one of so many of its usual intervals.
    fewest_n : int
        Shorter series are left out.
    window_ms : float
        Width of what is averaged, less where the next potential is near.
    most_n : int
        Where a channel has more potentials none are linked: that is no rest, and would take memory.
    """

    smallest_uv: float = 20.0
    low_hz: float = 100.0
    high_hz: float = 4000.0
    compared_ms: float = 5.0
    alike_share: float = 0.05
    memory: float = 0.3
    slack_ms: float = 0.3
    pause_s: float = 2.5
    pause_factor: float = 4.0
    fewest_n: int = 8
    window_ms: float = 40.0
    most_n: int = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One series.

    Attributes
    ----------
    rows : ndarray of intp, shape (n,)
        Its potentials among all of the channel.
    time_s : ndarray, shape (n,)
        Their largest deflections, on the recording's clock.
    size_uv : ndarray, shape (n,)
        Their amplitudes in the band of comparison.
    shape : UnitShape or None
        Of the averaged potential.
    sharp_then_slow : bool
        The averaged potential is one sharp phase without another before it, and a longer, lower one of the other sign.
    slow_ends : bool
        Before and after, the averaged potential leaves the baseline to one side, as a unit's does: its many fibres are
        fired from afar, while one fibre's spike is over.
    own_share : float
        Of all potentials from its first to its last, its own.
    """

    rows: Indices
    time_s: Floats
    size_uv: Floats
    shape: UnitShape | None
    sharp_then_slow: bool
    slow_ends: bool
    own_share: float

    @property
    def rate_hz(self) -> float:
        """One over the median interval."""
        return 1.0 / float(np.median(np.diff(self.time_s)))

    @property
    def unevenness(self) -> float:
        """Robust coefficient of variation of successive intervals: a slow change of the rate adds nothing."""
        return _unevenness(np.diff(self.time_s))

    @property
    def beat_unevenness(self) -> float:
        """The same of the beat."""
        return _unevenness(self.beat)

    @property
    def beat_range(self) -> float:
        """By which share the smoothed rate of the beat falls below its highest."""
        return _fall(1.0 / self.beat)

    @property
    def beat(self) -> Floats:
        """Intervals, each over the number of periods that it spans, as where a potential was missed."""
        steps = np.diff(self.time_s)
        if not steps.size:
            return steps
        shortest = np.median(steps[steps <= _ONE_PERIOD * np.quantile(steps, 0.1)])
        beat: Floats = steps / np.maximum(np.rint(steps / shortest), 1.0)
        return beat

    @property
    def size_range(self) -> float:
        """By which share the smoothed amplitude falls below its highest."""
        return _fall(self.size_uv)

    @property
    def rate_range(self) -> float:
        """By which share the smoothed rate falls below its highest."""
        return _fall(1.0 / np.diff(self.time_s))


@dataclass(frozen=True, slots=True, eq=False)
class FibreSeries:
    """All potentials of a channel and the series among them.

    Attributes
    ----------
    time_s, duration_ms : ndarray, shape (n,)
        Largest deflection and length of each potential.
    thickness_ms : ndarray, shape (n,)
        Area over amplitude of each, of what exceeds a tenth of it: a contact that jumps and recovers is thick.
        Not-a-number where potentials were too many to be looked at one by one.
    series : tuple of Series
    """

    time_s: Floats
    duration_ms: Floats
    thickness_ms: Floats
    series: tuple[Series, ...]


def detect(recording: Recording, channel: int, rule: FibreSeriesRule) -> FibreSeries:
    """Find potentials and tell which continue each other.

    Raises
    ------
    ParameterError
        If the channel's rate is too low for needle potentials.
    """
    meta = recording.channels[channel]
    _, scale = amplitude_scale(meta)
    found = find_discharges(recording, channel, DischargeRule(smallest_uv=rule.smallest_uv))
    peak_s = found.events.features["peak_s"]
    order = np.argsort(peak_s, kind="stable")
    peak_s, length_ms = peak_s[order], 1e3 * found.events.duration_s[order]
    if peak_s.size > rule.most_n:
        return FibreSeries(peak_s, length_ms, np.full(peak_s.size, np.nan), ())
    labels = np.full(peak_s.size, -1, dtype=np.intp)
    size = np.zeros(peak_s.size)
    wide = np.zeros((peak_s.size, 2 * round(rule.window_ms / 2e3 * meta.rate_hz)), dtype=np.float32)
    if peak_s.size:
        narrow = np.zeros((peak_s.size, 2 * _reach(rule, meta.rate_hz)))
        noise = _cut_all(recording, channel, scale, peak_s, narrow, wide, rule)
        size = np.ptp(narrow, axis=1)
        labels = _linked(narrow, peak_s, noise, round(rule.slack_ms * meta.rate_hz / 1e3), rule)
    series = tuple(
        _measured(rows, peak_s, size, wide, meta.rate_hz, meta.calibrated) for rows in _runs(labels, peak_s, rule)
    )
    return FibreSeries(peak_s, length_ms, _thickness(wide, meta.rate_hz), series)


def _reach(rule: FibreSeriesRule, rate_hz: float) -> int:
    """Give the samples on either side that are cut: what is compared, and how far it is moved."""
    return round(rule.compared_ms / 2e3 * rate_hz) + round(rule.slack_ms * rate_hz / 1e3)


def _cut_all(
    recording: Recording,
    channel: int,
    scale: float,
    peak_s: Floats,
    narrow: Floats,
    wide: NDArray[np.float32],
    rule: FibreSeriesRule,
) -> float:
    """Fill in every potential, sharpened around its largest deflection and whole; give the noise of the sharpened."""
    rate = recording.channels[channel].rate_hz
    levels = []
    whole = DischargeRule()
    for block, _ in mended_blocks(recording, channel, scale, whole):
        first_s = float(recording.time_s(channel, block.first))
        at = np.round((peak_s - first_s) * rate).astype(np.intp)
        own = np.flatnonzero((at >= block.start) & (at < block.stop))
        sharp = zero_phase(block.samples, rate, rule.low_hz, min(rule.high_hz, rate / 2))
        wave = zero_phase(block.samples, rate, whole.low_hz, min(whole.high_hz, rate / 2))
        reach = _reach(rule, rate)
        near = cut(sharp, at[own], reach // 2, reach - reach // 2)
        top = at[own] - reach // 2 + np.argmax(np.abs(near), axis=1) if own.size else at[own]
        narrow[own] = cut(sharp, top, reach, reach)
        wide[own] = cut(wave, top, wide.shape[1] // 2, wide.shape[1] - wide.shape[1] // 2)
        levels.append(float(np.median(np.abs(sharp))) * 1.4826)
    return min(levels, default=0.0)


def _linked(waves: Floats, time_s: Floats, noise: float, slack: int, rule: FibreSeriesRule) -> Indices:
    """Give the number of the series that each potential continues or begins."""
    labels = np.empty(len(waves), dtype=np.intp)
    width = waves.shape[1] - 2 * slack
    shifts = range(2 * slack + 1)
    known = np.empty((0, width))
    last = np.empty(0)
    names: Indices = np.empty(0, dtype=np.intp)
    count = 0
    floor = 2.0 * width * noise**2
    for i, wave in enumerate(waves):
        fresh = time_s[i] - last <= rule.pause_s
        if not np.all(fresh):
            known, last, names = known[fresh], last[fresh], names[fresh]
        moved = np.stack([wave[s : s + width] for s in shifts])
        middle = wave[slack : slack + width]
        if len(known):
            power = np.sum(known * known, axis=1)
            apart = np.sum(moved * moved, axis=1)[:, None] + power - 2.0 * moved @ known.T
            shift, nearest = np.unravel_index(int(np.argmin(apart)), apart.shape)
            limit = rule.alike_share * max(power[nearest], float(middle @ middle)) + floor
            if apart[shift, nearest] <= limit:
                known[nearest] += rule.memory * (moved[shift] - known[nearest])
                last[nearest] = time_s[i]
                labels[i] = names[nearest]
                continue
        known = np.concatenate([known, middle[None]])
        last, names = np.append(last, time_s[i]), np.append(names, count)
        labels[i] = count
        count += 1
    return labels


def _runs(labels: Indices, time_s: Floats, rule: FibreSeriesRule) -> Iterator[Indices]:
    """Give the potentials of each series, parted where it pauses."""
    order = np.argsort(labels, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        if rows.size < rule.fewest_n:
            continue
        between = np.diff(time_s[rows])
        parts = np.split(rows, np.flatnonzero(between > rule.pause_factor * np.median(between)) + 1)
        yield from (part for part in parts if part.size >= rule.fewest_n)


def _measured(
    rows: Indices, time_s: Floats, size: Floats, wide: NDArray[np.float32], rate_hz: float, calibrated: bool
) -> Series:
    half = wide.shape[1] // 2
    between = float(np.median(np.diff(time_s[rows]))) * rate_hz
    reach = min(half, round(0.5 * between))
    single = np.asarray(wide[rows, half - reach : half + reach], dtype=np.float64)
    wave = np.median(single, axis=0)
    shape = unit_shape(wave, single, rate_hz, ShapeRule()) if calibrated and wave.size > 3 else None
    among = np.count_nonzero((time_s >= time_s[rows[0]]) & (time_s <= time_s[rows[-1]]))
    slow = wave.size > 3 and _sharp_then_slow(wave, rate_hz)
    ends = _slow_ends(single, float(np.ptp(wave)), rate_hz) if wave.size > 3 else False
    return Series(rows, time_s[rows], size[rows], shape, slow, ends, rows.size / max(int(among), 1))


def _slow_ends(single: Floats, height: float, rate_hz: float) -> bool:
    """Say whether both ends lie to one side of the baseline, by more than chance and than a filter's swing."""
    half = single.shape[1] // 2
    sides = []
    for begin_ms, end_ms in _ENDS_MS:
        first, last = (half + round(ms / 1e3 * rate_hz) for ms in (begin_ms, end_ms))
        if first < 0 or last > single.shape[1]:
            return False
        level = single[:, first:last].mean(axis=1)
        middle = float(np.median(level))
        error = 1.2533 * 1.4826 * float(np.median(np.abs(level - middle))) / np.sqrt(level.size)
        sides.append(middle if abs(middle) > max(_END_SHARE * height, _END_ERRORS * error) else 0.0)
    return sides[0] * sides[1] > 0


def _sharp_then_slow(wave: Floats, rate_hz: float) -> bool:
    """Tell a positive sharp wave by its shape; polarities of recordings are not always known, so either serves."""
    peak = int(np.argmax(np.abs(wave)))
    turned = wave * np.sign(wave[peak]) / max(abs(float(wave[peak])), 1e-300)
    before = float(-turned[: peak + 1].min())
    crossed = np.flatnonzero(turned[peak:] < 0)
    if before > 0.25 or not crossed.size:
        return False
    after = turned[peak + int(crossed[0]) :]
    depth = float(-after.min())
    slow_ms = 1e3 * np.count_nonzero(-after > 0.3 * depth) / rate_hz
    sharp_ms = 1e3 * np.count_nonzero(turned > 0.3) / rate_hz
    return bool(0.05 < depth < 0.7 and slow_ms > 3.0 and slow_ms > 2.0 * sharp_ms)


def _thickness(wide: NDArray[np.float32], rate_hz: float) -> Floats:
    """Give area over amplitude of each potential, in ms; what lies below a tenth of the amplitude is left out."""
    height = np.ptp(wide, axis=1) if wide.size else np.zeros(len(wide))
    size = np.abs(wide - np.median(wide, axis=1, keepdims=True)) if wide.size else wide
    area = np.sum(np.where(size > 0.1 * height[:, None], size, 0.0), axis=1)
    thick: Floats = 1e3 / rate_hz * np.divide(area, height, out=np.zeros(len(wide)), where=height > 0)
    return thick


def _unevenness(intervals: Floats) -> float:
    steps = np.abs(np.diff(np.log(intervals)))
    return 1.4826 * float(np.median(steps)) / float(np.sqrt(2.0)) if steps.size else float("nan")


def _fall(values: Floats) -> float:
    k = min(9, values.size)
    if not k:
        return 0.0
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(values, k), axis=1)
    return 1.0 - float(smooth.min() / smooth.max())
