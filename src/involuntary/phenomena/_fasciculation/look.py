"""Looking for fasciculations: potentials at rest that are of no beat, movement, burst or driven unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import background, heart, potentials, rhythms, stimuli, tonic, units
from involuntary.detect.bench import Bench
from involuntary.model import Events, Intervals
from involuntary.phenomena._contractions import willed
from involuntary.phenomena._counts import merged_channels, more_than_chance
from involuntary.phenomena._fasciculation.company import large_enough, runs, without_company
from involuntary.phenomena._fasciculation.measures import FasciculationParameters, Looked
from involuntary.phenomena._fasciculation.whole import whole

__all__ = ["REST", "Beats", "closer", "look", "measure_beats"]

_Mask = NDArray[np.bool_]
REST = tonic.TonicRule(broad_noise_rests=True)
# Intervals of a heart at 36 to 180 beats a minute, and of a motor unit that is driven at 4 to 25 discharges a second.
_HEART = rhythms.RhythmRule(shortest_s=0.33, longest_s=1.7, interval_tolerance=0.2)
_DRIVEN = rhythms.RhythmRule(shortest_s=0.04, longest_s=0.25, interval_tolerance=0.4)
_DRIVEN_UNITS = rhythms.DrivenRule()
_UNITS = units.UnitRule()
_OF_HEART = "in the rhythm of a heart beat"
_MOSTLY = 0.9
_QRS_S = 0.12
_JUMPS_FROM_HZ = 2000.0
_WEAK, _FEW_WEAK = 1.5, 0.05  # where so few are so near to what may be missed, weaker ones are not worth a look
_LEAST_DEVIATES = 5.0
_NOISE_PEAKS_PER_H = 1.6e6  # at four scales, times r · exp(-r² / 2): measured in white noise and five colours


@dataclass(frozen=True, slots=True)
class Beats:
    """When the heart beat, before it was subtracted, and how large its potentials are in the band, peak to peak."""

    near: Intervals
    size: float

    def left(self, found: Events, rest: Intervals, chance: float) -> _Mask:
        """Mark what may be left of a beat: it lies within a QRS complex and is no larger than a beat was.

        Nothing is marked where no more lie there than at any other time.
        """
        small = _sized(found, "amplitude") <= self.size
        marked = self.near.contains(found.features["peak_s"]) & small
        beating = min(self.near.intersection(rest).total_s / rest.total_s, 1.0) if rest else 0.0
        n, of = int(np.count_nonzero(marked)), int(np.count_nonzero(small))
        return marked & more_than_chance(n, of, beating, chance)


def measure_beats(bench: Bench, channel: int) -> Beats:
    """Find the beats of a channel from which the heart is not yet subtracted."""
    found = bench.detect(potentials.detect, channel, potentials.THOROUGH)
    at = bench.detect(heart.beats, channel, heart.HeartRule())
    near = np.column_stack([at - _QRS_S / 2, at + _QRS_S / 2])
    # A beat too small to stand out has no size.
    size, (first, last) = _sized(found, "amplitude"), np.searchsorted(found.features["peak_s"], near.T)
    largest = [float(np.max(size[a:b], initial=0.0)) for a, b in zip(first.tolist(), last.tolist(), strict=True)]
    return Beats(Intervals.union_of(near), float(np.median(largest)) if largest else 0.0)


def look(
    bench: Bench,
    channels: Sequence[int],
    beats: Mapping[int, Beats],
    rule: potentials.PotentialRule,
    p: FasciculationParameters,
    before: Sequence[Looked] = (),
) -> list[Looked]:
    """Look at every channel; what was driven is known where it was looked at before."""
    tonic_s = _tonic(bench, channels, rule, p)
    driven = {c: one.driven for c, one in zip(channels, before, strict=False)}
    looked = [_look_at(bench, c, tonic_s[c], beats.get(c), rule, p, driven.get(c)) for c in channels]
    return without_company(bench, channels, looked, p)


def closer(
    bench: Bench,
    channels: Sequence[int],
    beats: Mapping[int, Beats],
    first: list[Looked],
    events: Events,
    p: FasciculationParameters,
) -> tuple[list[Looked], Events, Intervals]:
    """Look again where they were found: for weaker ones while noise adds few, and for known units beside an effort."""
    rest = Intervals.union_of([pair for one in first for pair in one.rest])
    rule = potentials.THOROUGH
    if np.mean(_sized(events, "amplitude") < _WEAK * p.sure_factor * _sized(events, "noise")) >= _FEW_WEAK:
        rule = replace(rule, scale_deviates=_deviates(3600 * len(events) / rest.total_s / len(channels), p))
    looked = look(bench, channels, beats, rule, replace(p, rest_margin_s=p.edge_margin_s), first)
    every = merged_channels([one.events for one in looked], p.merge_ms / 1000)
    every = every.with_features(unit_id=units.sort(bench.recording, channels, every, _UNITS))
    wider = Intervals.union_of([pair for one in looked for pair in one.rest])
    found = every[_of_rest(every, rest, 1 - min(rest.total_s / wider.total_s, 1.0), p)]
    if len(found) < len(events):
        return first, events.with_features(unit_id=units.sort(bench.recording, channels, events, _UNITS)), rest
    peak, within_s = found.features["peak_s"], p.merge_ms / 1000
    counted = [replace(o, events=o.events[_beside(o.events.features["peak_s"], peak, within_s)]) for o in looked]
    return counted, found, wider


def _of_rest(found: Events, rest: Intervals, share: float, p: FasciculationParameters) -> _Mask:
    """Mark what lies in rest, and beside it what is of a unit that comes there no more than by chance."""
    kept = rest.contains(found.features["peak_s"])
    beside, unit = ~kept, found.features["unit_id"]
    for number in np.unique(unit[np.isfinite(unit)]):
        own = unit == number
        n, of = int(np.count_nonzero(own & beside)), int(np.count_nonzero(own))
        if not more_than_chance(n, of, share, p.together_chance_fraction):
            kept = kept | own
    return kept


def _deviates(per_h: float, p: FasciculationParameters) -> float:
    """Give how far potentials that come so often must stand out of the noise for it to add no more than a share.

    Maxima of a magnitude above r deviations, where few are, come in proportion to r · exp(-r² / 2) (Rice).
    """
    most = potentials.THOROUGH.scale_deviates
    r = np.arange(_LEAST_DEVIATES, most, 0.1)
    few = _NOISE_PEAKS_PER_H * r * np.exp(-(r**2) / 2) <= p.noise_share * per_h
    return float(np.min(r[few], initial=most))


def _look_at(
    bench: Bench,
    channel: int,
    tonic_s: Intervals,
    beats: Beats | None,
    rule: potentials.PotentialRule,
    p: FasciculationParameters,
    driven: Intervals | None = None,
) -> Looked:
    meta = bench.recording.channels[channel]
    # A sample that lasts longer than half a millisecond holds more change; how much more is between none and all.
    p = replace(p, steep_max_ms=p.steep_max_ms * max(_JUMPS_FROM_HZ / meta.rate_hz, 1.0) ** 0.5)
    # What a stimulus evokes does not come by itself.
    usable = bench.usable(channel).stretches.without(stimuli.evoked_time(bench.recording))
    rest = usable.without(tonic_s).without(willed(bench.recording))
    every = bench.detect(potentials.detect, channel, rule).within(rest)
    large = every[large_enough(every, p)]
    dropped = [("too small for the noise", len(every) - len(large))]
    if driven is None:
        # Motor units that are driven steadily but sparsely leave the envelope at rest; their intervals tell.
        driven = rhythms.driven(_apart_from_effort(large, rest), _DRIVEN_UNITS)
        driven = driven.widened(p.rest_margin_s, p.rest_margin_s)
    rest = rest.without(driven)
    resting = large.within(rest)
    free = resting if beats is None else resting[~beats.left(resting, rest, p.together_chance_fraction)]
    kept, more = _gated(free, p)
    dropped += [
        ("from steadily driven motor units", len(large) - len(resting)),
        ("left of a beat that was subtracted", len(resting) - len(free)),
        *more,
    ]
    counted = tuple((reason, n) for reason, n in dropped if n)
    calm = rest.without(_raised(bench, channel).widened(p.calm_margin_s, p.calm_margin_s))
    return Looked(meta.name, meta.calibrated, usable.total_s, meta.duration_s, rest, calm, kept, counted, driven)


def _apart_from_effort(found: Events, rest: Intervals) -> Events:
    """Give potentials without the number of peaks near them where some of these may be of an effort."""
    peak, half = found.features["peak_s"], potentials.THOROUGH.near_s / 2
    apart = rest.contains(peak - half) & rest.contains(peak + half)
    return found.with_features(near_per_s=np.where(apart, found.features["near_per_s"], 0.0))


def _raised(bench: Bench, channel: int) -> Intervals:
    found = bench.detect(background.detect, channel, background.BackgroundRule())
    return Intervals.union_of(zip(found.onset_s.tolist(), found.stop_s.tolist(), strict=True))


def _tonic(
    bench: Bench, channels: Sequence[int], rule: potentials.PotentialRule, p: FasciculationParameters
) -> dict[int, Intervals]:
    """Give, by channel, when the person was not at rest: its own tonic activity and that of the others.

    A channel that is active nearly all the time tells nothing about the rest of the others.
    """
    own = {}
    bench.ahead(channels, REST, background.BackgroundRule(), rule)
    for channel in channels:
        active = bench.detect(tonic.detect, channel, REST)
        spans = Intervals.union_of(zip(active.onset_s.tolist(), active.stop_s.tolist(), strict=True))
        own[channel] = spans.widened(p.rest_margin_s, p.rest_margin_s)
    recorded = max(bench.recording.duration_s, 1e-9)
    telling = [spans for spans in own.values() if spans.total_s / recorded < _MOSTLY]
    shared = Intervals.union_of([pair for spans in telling for pair in spans])
    return {channel: spans.union(shared) for channel, spans in own.items()}


def _gated(found: Events, p: FasciculationParameters) -> tuple[Events, tuple[tuple[str, int], ...]]:
    """Keep what can be a fasciculation; count, by reason, what cannot."""
    dropped = []
    for reason, keep in (
        (_OF_HEART, lambda e, _: ~_in_rhythm(e, _HEART)),
        ("beside a movement that displaced the line", _where_it_was),
        ("shaped like an electrode artefact", _of_muscle),
        ("in bursts", _isolated),
        ("in the rhythm of a driven motor unit", lambda e, _: ~_in_rhythm(e, _DRIVEN)),
    ):
        kept = keep(found, p)
        if not np.all(kept):
            dropped.append((reason, int(np.count_nonzero(~kept))))
            if reason == _OF_HEART:
                # Where a heart beats, what is as broad as its waves may be one that the rhythm left out.
                p = replace(p, thickness_max_ms=min(p.thickness_max_ms, p.beat_thickness_max_ms))
        found = found[kept]
    return whole(found, p.part_ms / 1000, p.pause_ms / 1000), tuple(dropped)


def _sized(found: Events, name: str) -> NDArray[np.float64]:
    """Give a size of each, in the unit in which it is told."""
    f = found.features
    return f[f"{name}_uv"] if f"{name}_uv" in f else f[f"{name}_count"]


def _where_it_was(found: Events, p: FasciculationParameters) -> _Mask:
    """Mark what brings the line back to where it was, and is not what the filter makes of a movement that does not."""
    peak, moved = found.features["peak_s"], ~(found.features["shift"] <= p.shift_max_fraction)
    return np.asarray(~_beside(peak, peak[moved], p.ring_ms / 1000))


def _of_muscle(found: Events, p: FasciculationParameters) -> _Mask:
    f = found.features
    unit = "uv" if "amplitude_uv" in f else "count"
    with np.errstate(divide="ignore", invalid="ignore"):
        thickness = f[f"area_{unit}_ms"] / f[f"amplitude_{unit}"]
    length = 1000 * found.duration_s
    contact = thickness * f["jump"] > p.steep_max_ms
    fits = (length >= p.duration_min_ms) & (length <= p.duration_max_ms) & ~contact
    fits &= thickness <= np.where(np.isnan(f["jump"]), p.beat_thickness_max_ms, p.thickness_max_ms)
    return np.asarray(fits & ~_beside(f["peak_s"], f["peak_s"][contact], p.ring_ms / 1000))


def _beside(time: NDArray[np.float64], others: NDArray[np.float64], within_s: float) -> _Mask:
    """Mark the times that lie so near to one of the others."""
    others = np.sort(others)
    return np.asarray(np.searchsorted(others, time + within_s) > np.searchsorted(others, time - within_s))


def _isolated(found: Events, p: FasciculationParameters) -> _Mask:
    """Mark what is in no run of `burst_n` or more potentials with small gaps."""
    if not len(found):
        return np.zeros(0, dtype=np.bool_)
    return np.asarray(runs(found, p) < p.burst_n, dtype=np.bool_)


def _in_rhythm(found: Events, rule: rhythms.RhythmRule) -> _Mask:
    mask = np.zeros(len(found), dtype=np.bool_)
    for rhythm in rhythms.find(found, rule):
        mask[rhythm.rows] = True
    return mask
