"""Tremor: is there one, how fast, how large, how steady."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from involuntary.detect import rest_tremor
from involuntary.detect.bench import Bench
from involuntary.detect.conditions import Condition, conditions
from involuntary.detect.oscillation import LUFT, Oscillation, OscillationRule, detect
from involuntary.detect.rest_tremor import TIMMERMANS, TREMOR_HZ
from involuntary.detect.sensors import sensors
from involuntary.dsp.spectrum import Spectrum
from involuntary.model import (
    ChannelKind,
    Events,
    Finding,
    Intervals,
    LikelihoodRatio,
    Measurement,
    Recording,
    State,
    Term,
)
from involuntary.phenomena._tremor import names as tremor_names
from involuntary.phenomena._tremor import pairs as tremor_pairs
from involuntary.phenomena._tremor.sensor import (
    DI_BIASE,
    ELBLE,
    NAMES,
    RATING,
    WADE,
    Seen,
    TremorParameters,
    accuracy_of,
    load_shift,
    measurements,
)
from involuntary.phenomena._tremor.windows import Scale, amplitude, find_rhythm, potentials_together, strongest_axis
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Tremor", "TremorParameters"]

_VOLT = Scale(0, 1e6, "µV")
_SCALES = {
    ChannelKind.ACCELEROMETER: Scale(2, 1e3, "mm"),
    ChannelKind.GYROSCOPE: Scale(1, 1.0, "deg"),
    ChannelKind.DISPLACEMENT: Scale(1, 1e3, "mm"),  # positions are differentiated once
    ChannelKind.SURFACE_EMG: _VOLT,
    ChannelKind.EMG: _VOLT,
}


class Tremor(Phenomenon[TremorParameters]):
    """Tremor by accelerometer, gyroscope or surface EMG; the axes of one sensor belong together."""

    id = "tremor"
    name = "Tremor"
    term = Term("HP:0001337", "Tremor")
    kinds = frozenset(_SCALES)
    references = (LUFT, TIMMERMANS, WADE, DI_BIASE, ELBLE, NAMES, RATING)
    yields_to = ("clonus",)

    def concerns(self, recording: Recording) -> bool:
        """Say whether anything but a single displacement was recorded, which is no limb but a muscle's belly."""
        groups = sensors(recording, recording.channels_of(*self.kinds))
        return any(len(g) > 1 or recording.channels[g[0]].kind is not ChannelKind.DISPLACEMENT for g in groups)

    def measure(self, bench: Bench, channels: Sequence[int], parameters: TremorParameters) -> Measured:
        """Measure every sensor in every condition; one finding says what they come to, and one each condition."""
        asked = [c for c in conditions(bench.recording, parameters.condition) if c.kind not in _TESTS]
        if not asked:
            return self._not_assessed("tremor: not assessed: only movements on request were recorded")
        clonus = _spans(self.claims(bench), lambda _: True)
        maybe = _spans(self.claims(bench, named=False), _of_a_leg)
        seen: list[Seen] = []
        notes = [f"tremor: {clonus.total_s:.0f} s are left to clonus, which was named there"] if clonus else []
        for axes in sensors(bench.recording, channels):
            channel = bench.recording.channels[axes[0]]
            own = _for_video(parameters, channel.rate_hz) if channel.kind is ChannelKind.DISPLACEMENT else parameters
            highest = OscillationRule().search_high_hz if channel.kind is ChannelKind.GYROSCOPE else own.high_hz
            needed = 2 * highest + 2
            if channel.rate_hz < needed:
                notes.append(f"tremor: {channel.name} not assessed: needs {needed:g} Hz, got {channel.rate_hz:g} Hz")
            elif channel.duration_s >= rest_tremor.WINDOW_S:
                labels = [f".{c.name.replace(' ', '_')}" if len(asked) > 1 else "" for c in asked]
                looked = [_look(bench, axes, c, at, own, clonus) for c, at in zip(asked, labels, strict=True)]
                seen += [replace(s, beating_share=_beating_share(s, maybe)) for s in looked]
        if not any(s.found.start_s.size for s in seen):
            return self._not_assessed("; ".join(notes) or "tremor: not assessed: no usable stretch of 4 s")
        measured = tuple(m for s in seen for m in measurements(s)) + _joined(seen)
        findings, said = _findings(self.term, seen, measured)
        return Measured((Events.merged("tremor", [_events(s) for s in seen]),), measured, findings, (*notes, *said))


# Where clonus is common: ankle and knee.
_LEG = ("soleus", "gastrocnemius", "calf", "tibialis", "quadriceps", "vastus", "rectus femoris")


def _spans(claims: Mapping[str, Sequence[Events]], chosen: Callable[[str], bool]) -> Intervals:
    """Give the time of events of chosen channels, with half a second around, in which a beat more may lie."""
    return Intervals.union_of(
        (onset - 0.5, stop + 0.5)
        for parts in claims.values()
        for one in parts
        for channel, onset, stop in zip(one.channel, one.onset_s.tolist(), one.stop_s.tolist(), strict=True)
        if chosen(channel)
    )


def _of_a_leg(channel: str) -> bool:
    return any(word in channel.lower().replace("_", " ") for word in _LEG)


def _beating_share(seen: Seen, maybe: Intervals) -> float:
    """Give the share of tremulous windows that are mostly filled by runs of beats, where no condition is known."""
    if seen.rhythm is None or seen.condition.name or not seen.rhythm.windows.any():
        return 0.0
    middle = seen.found.start_s[seen.rhythm.windows] + seen.found.window_s / 2
    return float(np.mean(maybe.contains(middle)))


def _for_video(parameters: TremorParameters, rate_hz: float) -> TremorParameters:
    """Lower the end of the tremor band to what the frames of a film can show, down to 8 Hz."""
    return replace(parameters, high_hz=max(min(parameters.high_hz, rate_hz / 2 - 1), 8.0))


def _joined(seen: Sequence[Seen]) -> tuple[Measurement, ...]:
    """Give what several sensors and conditions say together: load shift, coherence, criteria of the names."""
    shifts = [m for s in seen for m in load_shift(s, seen)]
    pairs = list(tremor_pairs.pairs(seen))
    known = tremor_names.facts(seen, pairs, shifts)
    time_s = max(s.time_s for s in seen)
    return (*shifts, *tremor_pairs.measurements(pairs), *tremor_names.compatible(known, time_s))


# Repeated and fast movements on request: the functional battery and parkinsonism read them.
_TESTS = {"tapping", "ballistic", "agility", "pronation"}
_TERMS = {
    "rest": Term("HP:0002322", "Resting tremor"),
    "posture": Term("HP:0002174", "Postural tremor"),
    "kinetic": Term("HP:0030186", "Kinetic tremor"),
}
# Conditions without voluntary movement, in which a slow rhythm is no task.
_STILL = {"rest", "posture", "load", "standing"}


def _look(
    bench: Bench, axes: tuple[int, ...], condition: Condition, label: str, parameters: TremorParameters, left: Intervals
) -> Seen:
    channels = bench.recording.channels
    meta = channels[axes[0]]
    scale = _SCALES[meta.kind] if meta.calibrated else Scale(0, 1.0, "count")
    rule = parameters.rule(condition, tuple(left))
    found = bench.detect(detect, axes[0], rule)
    specificity = accuracy_of(meta.kind).specificity
    rhythm = find_rhythm(found, parameters.band, scale, specificity, parameters.chance_fraction)
    main = axes[0]
    if rhythm is not None and len(axes) > 1:
        main = strongest_axis(found, rhythm.peak.frequency_hz, parameters.half_band_hz)
    sensor = " + ".join(channels[axis].name for axis in axes)
    seen = Seen(meta.kind, channels[main].name, sensor, scale, found, rhythm, parameters, condition, label)
    if rhythm is None or not seen.steady or not meta.kind.is_emg:
        return seen
    brief = bench.detect(detect, main, replace(rule, emg_high_pass_hz=parameters.brief_high_pass_hz))
    return replace(seen, together=potentials_together(brief, rhythm))


def _events(seen: Seen) -> Events:
    found, rhythm = seen.found, seen.rhythm
    # Windows that chance would give, or that may be willed, are no epochs of tremor.
    doubtful = seen.wandering or seen.broad or seen.of_single_units or seen.may_be_clonus or _may_be_willed(seen)
    if rhythm is None or not rhythm.epochs or not seen.steady or doubtful:
        return Events.none("tremor")
    starts = np.array([found.start_s[e.first] for e in rhythm.epochs])
    windows = np.array([e.stop - e.first for e in rhythm.epochs])
    spectra = [_epoch_spectrum(found, e.first, e.stop) for e in rhythm.epochs]
    band, scale = seen.parameters.band, seen.scale
    sizes = [amplitude(s, e.frequency_hz, band, scale) for s, e in zip(spectra, rhythm.epochs, strict=True)]
    shares = [found.relative_power[e.first : e.stop].mean() for e in rhythm.epochs]
    features = {
        "frequency_hz": np.array([e.frequency_hz for e in rhythm.epochs]),
        f"amplitude_{scale.unit.replace('µV', 'uv')}": np.array(sizes),
        "relative_power": np.array(shares),
    }
    return Events("tremor", (seen.channel,) * len(starts), starts, windows * found.window_s, features)


def _epoch_spectrum(found: Oscillation, first: int, stop: int) -> Spectrum:
    chosen = np.zeros(found.tremor.shape, dtype=np.bool_)
    chosen[first:stop] = True
    return found.spectrum(chosen)


def _findings(
    term: Term, seen: Sequence[Seen], measured: Sequence[Measurement]
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Say what all sensors come to: tremor, and tremor of each condition that has a term of its own."""
    findings = [_finding(term, seen, measured)]
    for kind, own in _TERMS.items():
        among = [s for s in seen if s.condition.kind == kind]
        findings += [_finding(own, among, measured)] if among else []
    verdicts = [_verdict(s) for s in seen]
    return tuple(findings), tuple(f"tremor: {why}" for s, why in verdicts if s is not State.PRESENT)


def _finding(term: Term, seen: Sequence[Seen], measured: Sequence[Measurement]) -> Finding:
    """Give present if in one, excluded if none is left in doubt."""
    verdicts = [_verdict(s) for s in seen]
    states = [state for state, _ in verdicts]
    state = next((s for s in (State.PRESENT, State.NOT_ASSESSED) if s in states), State.EXCLUDED)
    chosen = [i for i, found in enumerate(states) if found is state]
    accuracy = seen[chosen[0]].accuracy
    names = {f"tremor.{what}{seen[i].label}@{seen[i].channel}" for i in chosen for what in _DECIDING}
    weight = {
        State.PRESENT: accuracy.sensitivity / (1 - accuracy.specificity),
        State.EXCLUDED: (1 - accuracy.sensitivity) / accuracy.specificity,
    }.get(state)
    return Finding(
        term,
        state,
        "tremor",
        tuple(m.id for m in measured if m.id in names),
        "; ".join(verdicts[i][1] for i in chosen),
        accuracy.source,
        LikelihoodRatio(weight, accuracy.source) if weight is not None else None,
    )


_DECIDING = ("time_share", "frequency", "amplitude", "acceleration")


def _verdict(seen: Seen) -> tuple[State, str]:
    parameters, rhythm = seen.parameters, seen.rhythm
    n, k = seen.found.tremor.size, int(rhythm.windows.sum()) if rhythm is not None else 0
    counted = f"{seen.where}: {k} of {n} windows with tremor of one frequency"
    if seen.time_s < parameters.shortest_s:
        return State.NOT_ASSESSED, f"{seen.where}: {seen.time_s:g} s usable, {parameters.shortest_s:g} s are needed"
    if rhythm is None or not seen.steady:
        return _without(seen, f"{counted}, no more than chance gives")
    chance = f"{counted} at {rhythm.peak.frequency_hz:.2f} Hz, by chance with probability {rhythm.chance:.1g}"
    if seen.wandering:
        why = (
            f"from window to window it varies by {seen.spread_hz:.1f} Hz: bursts that come and go at no one rate, as in"
            " speech or work; record at rest or in posture"
        )
        return State.NOT_ASSESSED, f"{chance}; {why}"
    if seen.broad:
        width = rhythm.peak.half_width_hz
        why = f"the peak is {width:.1f} Hz wide: movements of no one rate, as in chorea or asterixis"
        return State.NOT_ASSESSED, f"{chance}; {why}"
    if seen.of_single_units:
        why = (
            "no more potentials come at once than single units at this rate give, each for itself; bursts of many, or"
            " a motion sensor, would decide"
        )
        return State.NOT_ASSESSED, f"{chance}; {why}"
    if seen.may_be_clonus:
        why = (
            "beats of a leg that come and go: clonus if a stretch sets them off, else tremor; a mark of the stretch, or"
            " of the condition (rest, posture, standing), would decide"
        )
        return State.NOT_ASSESSED, f"{chance}; {why}"
    if _may_be_willed(seen):
        why = f"below {parameters.slowest_hz:g} Hz it may be voluntary: record at rest or in posture, and say so"
        return State.NOT_ASSESSED, f"{chance}; {why}"
    if seen.physiological:
        return State.NOT_ASSESSED, f"{chance}; {seen.level}: a weak tremor and none look alike"
    if seen.kind is ChannelKind.GYROSCOPE and rhythm.peak.frequency_hz > TREMOR_HZ[1]:
        why = f"no physiological limit of rotation is published above {TREMOR_HZ[1]:g} Hz"
        return State.NOT_ASSESSED, f"{chance}; {why}"
    return State.PRESENT, chance


def _may_be_willed(seen: Seen) -> bool:
    """Whether a rhythm is as slow as people move on purpose, in a condition in which they may."""
    if seen.rhythm is None or seen.kind is ChannelKind.GYROSCOPE or seen.condition.kind in _STILL:
        return False
    fastest = max((seen.rhythm.peak.frequency_hz, *(seen.rhythm.frequency_interval or ())))
    return bool(fastest < seen.parameters.slowest_hz)


def _without(seen: Seen, counted: str) -> tuple[State, str]:
    if seen.hidden > 0.5:
        return State.NOT_ASSESSED, f"{counted}; movement may hide a tremor in {seen.hidden:.0%} of the time"
    if seen.time_s < seen.parameters.exclusion_s:
        return State.NOT_ASSESSED, f"{counted}; {seen.time_s:g} s are too short to exclude one"
    if seen.kind in (ChannelKind.SURFACE_EMG, ChannelKind.EMG):
        return State.NOT_ASSESSED, f"{counted}; other muscles and postures were not recorded"
    level = f"; {seen.level}" if seen.physiological else ""
    if seen.found.tremor.any() and seen.physiological:
        return State.NOT_ASSESSED, f"{counted}{level}: a weak tremor that comes and goes and none look alike"
    return State.EXCLUDED, f"{counted} in this limb and condition{level}"


PHENOMENON = Tremor(TremorParameters())
