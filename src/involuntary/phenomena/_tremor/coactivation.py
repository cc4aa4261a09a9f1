"""The co-activation sign: antagonists that are active together, tonically, just before a tremor of theirs begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import levels
from involuntary.detect.bench import Bench
from involuntary.detect.conditioned import FRAME_S
from involuntary.dsp.runs import joined, true_runs
from involuntary.model import ChannelKind, Intervals, Recording
from involuntary.phenomena._cocontraction import named_pairs

__all__ = ["CoactivationRule", "antagonists", "before_onsets"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Spans = NDArray[np.intp]

_SIDES = {"left": "left", "l": "left", "lt": "left", "right": "right", "r": "right", "rt": "right"}


@dataclass(frozen=True, slots=True)
class CoactivationRule:
    """What the beginning of a tremor is, and what precedes it; engineering choices.

    Attributes
    ----------
    beats_n : int
        A tremor begins with so many beats of a muscle in its rhythm,
    still_s : float
        where for so long there were none.
    trough_share : float
        Between two beats the level falls to this share of the smaller one.
    slack_share : float
        The interval between beats differs from a period by no more than this share.
    pause_s, pause_share : float
        A pause that is shorter, and a smaller share of a period, does not interrupt what is tonic.
    shared_share : float
        Muscles that are active together for more of the tremor do so because they hold: the sign cannot be seen.
    """

    beats_n: int = 5
    still_s: float = 1.0
    trough_share: float = 0.5
    slack_share: float = 0.4
    pause_s: float = 0.06
    pause_share: float = 0.3
    shared_share: float = 0.8


def antagonists(recording: Recording, limb: str) -> tuple[int, int] | None:
    """Give the EMG channels of antagonists on the side that the name of a limb's sensor tells; None where unclear."""
    channels = [*recording.channels_of(ChannelKind.SURFACE_EMG, ChannelKind.EMG)]
    names = [recording.channels[c].name for c in channels]
    pairs = dict.fromkeys((min(pair), max(pair)) for pair in named_pairs(names))
    side = _side(limb)
    fitting = [pair for pair in pairs if _side(names[pair[0]]) == side] or (
        [pair for pair in pairs if not _side(names[pair[0]])] if side else []
    )
    return (channels[fitting[0][0]], channels[fitting[0][1]]) if len(fitting) == 1 else None


def _side(name: str) -> str:
    return next((_SIDES[word] for word in re.findall(r"[a-z]+", name.lower()) if word in _SIDES), "")


def before_onsets(
    bench: Bench, pair: tuple[int, int], within: Intervals, frequency_hz: float, rule: CoactivationRule
) -> Floats | None:
    """Give for how long, in seconds, both muscles are active together before each beginning of their tremor.

    Parameters
    ----------
    bench : Bench
        Holds the recording.
    pair : tuple of int
        Channels of the antagonists.
    within : Intervals
        Where the limb may tremble.
    frequency_hz : float
        Of the tremor.
    rule : CoactivationRule
        What a beginning is.

    Returns
    -------
    ndarray, shape (k,), or None
        What both share in the beats of the tremor itself is taken off. None where both are active all along.
    """
    period = 1 / frequency_hz
    one, other = (bench.detect(levels.detect, channel, levels.LevelRule(smooth_s=0.0)) for channel in pair)
    time, i, j = np.intersect1d(np.round(one.time_s, 4), np.round(other.time_s, 4), return_indices=True)
    inside = within.contains(time)
    beating = Intervals.union_of(
        (float(time[a]), float(time[b]))
        for found, at in ((one, i), (other, j))
        for a, b in _rhythm(np.where(inside & found.active[at], found.level[at], 0.0), period, rule)
    )
    tremor = Intervals.union_of(beating, rule.still_s)
    both = true_runs(one.active[i] & other.active[j] & inside)
    together = joined(both, round(min(rule.pause_s, rule.pause_share * period) / FRAME_S))
    # What comes before the first beats is in question; what they share later is usual.
    later = Intervals.union_of((a + 2 * period, b) for a, b in tremor if b - a > 2 * period)
    shared = [b - a for a, b in _spans(joined(both, 1), time).intersection(later)]
    if sum(shared) > rule.shared_share * later.total_s:
        return None
    usual = float(np.median(shared)) if shared else 0.0
    found = [_before(together, time, start, period) for start in tremor.start_s.tolist()]
    still = [_rests(one.active[i], other.active[j], time, start, period) for start, _ in found]
    # Beats of both at once are no tonic activity, however long.
    lengths = [max(long - usual, 0.0) if long > period else 0.0 for _, long in found]
    return np.array(lengths)[np.array(still, dtype=np.bool_)]


def _rhythm(level: Floats, period_s: float, rule: CoactivationRule) -> Iterator[tuple[int, int]]:
    """Give the first and the last trough of each run of beats at about the period."""
    from scipy.signal import find_peaks

    peaks, _ = find_peaks(level, distance=max(round(0.5 * period_s / FRAME_S), 1))
    if peaks.size < rule.beats_n:
        return
    troughs = np.array([a + int(np.argmin(level[a:b])) for a, b in pairwise(peaks.tolist())])
    deep = level[troughs] <= rule.trough_share * np.minimum(level[peaks[:-1]], level[peaks[1:]])
    apart = np.diff(peaks) * FRAME_S
    in_rhythm = np.abs(apart - period_s) <= np.maximum(rule.slack_share * period_s, FRAME_S)
    for a, b in true_runs(deep & in_rhythm):
        if b - a >= rule.beats_n - 1:
            yield int(troughs[a]), int(troughs[b - 1])


def _spans(runs: Spans, time_s: Floats) -> Intervals:
    return Intervals.union_of((float(time_s[a]), float(time_s[b - 1]) + FRAME_S) for a, b in runs)


def _before(runs: Spans, time_s: Floats, first_trough_s: float, period_s: float) -> tuple[float, float]:
    """Give start and length of the longest common activity within a period and a half before the first trough."""
    earliest = first_trough_s - 1.5 * period_s
    near = [
        (float(time_s[a]), float(time_s[b - 1] - time_s[a]) + FRAME_S)
        for a, b in runs
        if time_s[a] <= first_trough_s and time_s[b - 1] >= earliest
    ]
    return max(near, key=lambda run: run[1], default=(earliest, 0.0))


def _rests(one: Mask, other: Mask, time_s: Floats, start_s: float, period_s: float) -> bool:
    """Tell whether a muscle is seen to rest for more than a period before: else the tremor does not begin there."""
    reach = period_s + 0.1
    before = (time_s >= start_s - reach) & (time_s < start_s - FRAME_S)
    seen = np.count_nonzero(before) * FRAME_S > 0.8 * reach
    return bool(seen and not (one[before].any() and other[before].any()))
