"""Jerks of a person: bursts of every muscle freed of what is none, and what belongs to one jerk joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import jerks, tonic
from involuntary.detect.bench import Bench
from involuntary.detect.conditions import Condition, conditions
from involuntary.dsp.alike import twins
from involuntary.dsp.bands import zero_phase
from involuntary.model import Events, Intervals, Recording
from involuntary.phenomena._face import of_eyelid

__all__ = [
    "TASKS",
    "JerkParameters",
    "Jerks",
    "Looked",
    "asked",
    "grouped",
    "look",
    "regularity",
    "repeat",
    "without_blinks",
]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Movements on request: what comes while they are asked for is willed.
TASKS = frozenset({"tapping", "ballistic", "agility", "pronation", "kinetic"})
_MOST_KNOWN_S = 1e6
_TOLD_FROM_HZ = 1800.0  # samples a second that show half a millisecond
# Half of the time in which waveforms are compared, how far they are moved, and how many are.
_HALF_S, _REACH_S, _MOST_WAVES = 0.02, 0.0025, 300
_NAMED = "named"
_EDGE_S = 0.01  # by which what another phenomenon found may begin or end otherwise
_BEAT_TOLERANCE, _BEAT_SIZE, _BEAT_HZ = 0.1, 1.2, 60.0


@dataclass(frozen=True, slots=True)
class JerkParameters:
    """What counts as a jerk; engineering choices unless a source is named.

    Attributes
    ----------
    condition : str
        What the whole recording was asked for, such as ``rest``; otherwise its marks are read.
    shortest_ms, longest_ms : float
        Length of a burst.
    least_snr_factor, tonic_snr_factor : float
        Its root mean square over that around it, and where the muscle is active besides.
    slowest_hz : float
        Mean frequency below which it is a heart beat or a movement, not muscle.
    steepest_share, sharp_ms : float
        A burst shorter than the second that begins with a change by more than this share of its amplitude within
        half a millisecond is a contact that breaks; below 1.8 kHz that cannot be told.
    tonic_margin_s : float
        Time around tonic activity that counts as active.
    link_ms : float
        Bursts of different muscles follow each other within this time in one jerk.
    unit_ms, unit_n, twin_ratio : float, int, float
        Where there are at least so many bursts of one muscle alone, their median is up to this long, and most of them
        correlate with another by more than this, they are not told from potentials of single motor units.
    """

    condition: str = ""
    shortest_ms: float = 8.0
    longest_ms: float = 500.0
    least_snr_factor: float = 2.2
    tonic_snr_factor: float = 4.0
    slowest_hz: float = 35.0
    steepest_share: float = 0.45
    sharp_ms: float = 25.0
    tonic_margin_s: float = 2.0
    link_ms: float = 60.0
    unit_ms: float = 40.0
    unit_n: int = 8
    twin_ratio: float = 0.9


@dataclass(frozen=True, slots=True)
class Looked:
    """One muscle as it was looked at; `calm_s` is its usable time without tonic activity."""

    name: str
    calibrated: bool
    usable: Intervals
    calm_s: float
    bursts: Events
    dropped: tuple[tuple[str, int], ...]

    @property
    def named_otherwise(self) -> bool:
        """Whether bursts were left to a more specific phenomenon."""
        return any(reason.startswith(_NAMED) for reason, _ in self.dropped)


@dataclass(frozen=True, slots=True, eq=False)
class Jerks:
    """Jerks, each with the muscles that it reached.

    Attributes
    ----------
    muscles : tuple of str, length m
    onset_s : ndarray, shape (n,)
        Of the first muscle, sorted.
    delay_s, length_s : ndarray, shape (n, m)
        Of each muscle after the first, and length of its burst; not-a-number where it took no part.
    """

    muscles: tuple[str, ...]
    onset_s: Floats
    delay_s: Floats
    length_s: Floats

    def __len__(self) -> int:
        return int(self.onset_s.size)


def asked(bench: Bench, p: JerkParameters) -> tuple[Condition, ...]:
    """Give the conditions of the recording, as for tremor."""
    return conditions(bench.recording, p.condition)


def look(bench: Bench, channel: int, p: JerkParameters, others: Mapping[str, Sequence[Events]]) -> Looked:
    """Find the bursts of one muscle, and leave out what is no jerk, or has a name; every reason is counted."""
    meta = bench.recording.channels[channel]
    usable = bench.usable(channel).stretches
    tonic_s = _spans(bench.detect(tonic.detect, channel, tonic.TonicRule()), 0.3)
    active = tonic_s.widened(p.tonic_margin_s, p.tonic_margin_s)
    found = bench.detect(jerks.detect, channel, jerks.JerkRule())
    dropped = []
    for reason, keeps in (*_gates(bench, channel, active, p), *_named(meta.name, others)):
        kept = keeps(found)
        if not np.all(kept):
            dropped.append((reason, int(np.count_nonzero(~kept))))
        found = found[kept]
    return Looked(meta.name, meta.calibrated, usable, usable.without(active).total_s, found, tuple(dropped))


def _gates(
    bench: Bench, channel: int, active: Intervals, p: JerkParameters
) -> tuple[tuple[str, Callable[[Events], Mask]], ...]:
    willed = Intervals.union_of(
        (max(c.start_s, -_MOST_KNOWN_S), min(c.stop_s, _MOST_KNOWN_S)) for c in asked(bench, p) if c.kind in TASKS
    )
    usable, fast = bench.usable(channel), bench.recording.channels[channel].rate_hz >= _TOLD_FROM_HZ

    def inside(e: Events) -> Mask:
        kept = usable.clear(e).onset_s
        return np.isin(e.onset_s, kept)

    def strong(e: Events) -> Mask:
        needed = np.where(active.contains(e.onset_s), p.tonic_snr_factor, p.least_snr_factor)
        return np.asarray(e.features["snr"] >= needed, dtype=np.bool_)

    def whole(e: Events) -> Mask:
        length = 1e3 * e.duration_s
        sharp = (length < p.sharp_ms) & (e.features["jump"] > p.steepest_share) & fast
        return np.asarray((length >= p.shortest_ms) & (length <= p.longest_ms) & ~sharp, dtype=np.bool_)

    return (
        ("in unusable time", inside),
        ("while movements were asked for", lambda e: ~willed.contains(e.onset_s)),
        ("slower than muscle, as a heart beat or a movement", lambda e: e.features["frequency_hz"] >= p.slowest_hz),
        ("too short or too long, or shaped like a contact that breaks", whole),
        ("too weak over what surrounds it", strong),
        ("in the rhythm of the heart", lambda e: ~_of_heart(bench, channel, e)),
    )


def _named(channel: str, others: Mapping[str, Sequence[Events]]) -> Iterator[tuple[str, Callable[[Events], Mask]]]:
    """Give a gate for each phenomenon that has named bursts of a channel."""
    for owner, parts in others.items():
        taken = Intervals.union_of((a - _EDGE_S, b + _EDGE_S) for named in parts for a, b in _pairs(named.on(channel)))
        yield f"{_NAMED} {owner}", partial(_outside, taken)


def _outside(taken: Intervals, events: Events) -> Mask:
    return ~taken.contains(events.onset_s)


def repeat(recording: Recording, channel: int, bursts: Events, p: JerkParameters) -> bool:
    """Tell whether most bursts have a twin of the same waveform: a volley of many units hardly repeats itself."""
    rate, n_samples = recording.channels[channel].rate_hz, recording.channels[channel].n_samples
    half, reach = round(_HALF_S * rate), round(_REACH_S * rate)
    at = recording.sample_at(channel, bursts.onset_s) + half // 2
    at = at[(at >= half + 2 * reach) & (at < n_samples - half - 2 * reach)]
    at = at[:: max(at.size // _MOST_WAVES, 1)]
    waves = [_around(recording, channel, int(middle), half, reach) for middle in at]
    return len(waves) >= p.unit_n and float(np.mean(twins(np.array(waves), reach) > p.twin_ratio)) > 0.5


def _around(recording: Recording, channel: int, middle: int, half: int, reach: int) -> Floats:
    """Give the band-passed samples around the largest deflection near a sample."""
    rate = recording.channels[channel].rate_hz
    wide = recording.samples(channel, middle - half - 2 * reach, middle + half + 2 * reach + 1)
    wave = zero_phase(wide - wide.mean(), rate, 20.0, min(450.0, 0.45 * rate))
    top = int(np.argmax(np.abs(wave[half : half + 4 * reach + 1]))) + half
    top = min(max(top, half + reach), wave.size - half - reach - 1)
    found: Floats = wave[top - half - reach : top + half + reach + 1]
    return found


def _of_heart(bench: Bench, channel: int, events: Events) -> Mask:
    """Mark, where a heart was found, slow bursts that lie one beat from a neighbour or are no larger than it."""
    heart = bench.heart(channel)
    if heart is None or not len(events):
        return np.zeros(len(events), dtype=np.bool_)
    apart = np.abs(np.diff(events.onset_s) * heart.rate_per_min / 60.0 - 1) < _BEAT_TOLERANCE
    beating = np.concatenate([apart, [False]]) | np.concatenate([[False], apart])
    size = events.features["amplitude_uv" if heart.unit == "µV" else "amplitude_count"]
    slow = events.features["frequency_hz"] < _BEAT_HZ
    return np.asarray((beating | (size <= _BEAT_SIZE * heart.amplitude)) & slow, dtype=np.bool_)


def without_blinks(looked: Sequence[Looked], p: JerkParameters) -> list[Looked]:
    """Leave out the bursts of eyelids that no other muscle joins: everybody blinks, as briefly as jerks last.

    An average of the EEG before them would show the movement of the eyes.
    """
    others = np.sort(np.concatenate([np.empty(0), *(x.bursts.onset_s for x in looked if not of_eyelid(x.name))]))
    return [_joined_by(one, others, p.link_ms / 1e3) if of_eyelid(one.name) else one for one in looked]


def _joined_by(one: Looked, others_s: Floats, within_s: float) -> Looked:
    onset = one.bursts.onset_s
    low, high = np.searchsorted(others_s, onset - within_s), np.searchsorted(others_s, onset + within_s, side="right")
    blinks = low == high
    if not np.any(blinks):
        return one
    reason = (f"{_NAMED} blinks, as of the eyelids alone", int(np.count_nonzero(blinks)))
    return replace(one, bursts=one.bursts[~blinks], dropped=(*one.dropped, reason))


def _spans(events: Events, longest_s: float) -> Intervals:
    """Give tonic epochs longer than a burst may be together with what sustains them."""
    return Intervals.union_of((a, b) for a, b in _pairs(events) if b - a > longest_s)


def _pairs(events: Events) -> Iterator[tuple[float, float]]:
    return zip(events.onset_s.tolist(), events.stop_s.tolist(), strict=True)


def grouped(looked: Sequence[Looked], p: JerkParameters) -> Jerks:
    """Join the bursts of different muscles that follow each other closely into jerks; no muscle takes part twice."""
    muscles = tuple(one.name for one in looked)
    onset = np.concatenate([np.empty(0), *(one.bursts.onset_s for one in looked)])
    length = np.concatenate([np.empty(0), *(one.bursts.duration_s for one in looked)])
    muscle = np.concatenate([np.empty(0, int), *(np.full(len(one.bursts), i) for i, one in enumerate(looked))])
    rows: list[list[int]] = []
    for at in np.argsort(onset, kind="stable").tolist():
        joins = rows and onset[at] - onset[rows[-1][-1]] <= p.link_ms / 1e3
        if joins and muscle[at] not in {muscle[other] for other in rows[-1]}:
            rows[-1].append(at)
        else:
            rows.append([at])
    delay, lengths = np.full((2, len(rows), len(muscles)), np.nan)
    for i, group in enumerate(rows):
        delay[i, muscle[group]] = onset[group] - onset[group[0]]
        lengths[i, muscle[group]] = length[group]
    return Jerks(muscles, np.array([onset[group[0]] for group in rows]), delay, lengths)


def regularity(onset_s: Floats, longest_s: float = 5.0) -> tuple[float, float]:
    """Give the median interval, and how much successive ones differ: the median of |a − b| / (a + b).

    Half for events that come by chance, 0.05 for a rhythm whose intervals deviate by a tenth. Intervals above
    `longest_s` are pauses.
    """
    interval = np.diff(onset_s)
    pair = np.column_stack([interval[:-1], interval[1:]])
    pair = pair[np.all((pair > 0) & (pair <= longest_s), axis=1)]
    if len(pair) < 4:
        return float("nan"), float("nan")
    return float(np.median(pair)), float(np.median(np.abs(pair[:, 0] - pair[:, 1]) / pair.sum(axis=1)))
