"""Needle EMG: how large, how long and how frequent the potentials are, and how the pattern turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import turns, usable
from involuntary.detect.bench import Bench
from involuntary.detect.discharges import DischargeRule, detect, lost_time
from involuntary.detect.turns import TurnRule, Turns
from involuntary.model import ChannelKind, Events, Finding, Measurement, Recording, Reference, State, Term
from involuntary.phenomena._rows import median_interval
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "NeedleEmg", "NeedleParameters"]

_WILLISON = Reference(
    "doi:10.1136/jnnp.27.5.386",
    "Willison 1964, J Neurol Neurosurg Psychiatry 27:386–394",
    "the method, from its first page",
)
_THRESHOLD = Reference(
    "doi:10.1055/s-2008-1060035",
    "Strempel J, Sailer M, Tschernitschek H, et al. Einfluß der Amplitudenschwelle auf die Parameter der"
    " Turns/Amplituden-Analyse. Klin Neurophysiol 2000;31:29-34",
    "abstract: 100 µV is traditional; 20 µV told 16 with myopathy, 33 with neuropathy and 59 controls apart best",
)
_PEAK_RATIO = Reference(
    "title:Turns-amplitude analysis of the electromyographic recruitment pattern disregarding force measurement",
    "Liguori R, Dahl K, Fuglsang-Frederiksen A. Muscle Nerve 1992;15:1314-1318",
    "abstract: highest ratio of turns to mean amplitude, from rest to full force; reference values of four muscles",
)
_IN_DISEASE = Reference(
    "url:https://acnpsearch.tweb-dev.unibo.it/singlejournalindex/11102655",
    "Finsterer J, et al. Peak-ratio interference pattern analysis in the detection of neuromuscular disorders."
    " Electroencephalogr Clin Neurophysiol 1997;105:379-384",
    "abstract: 44 healthy people, 25 with neuropathy (lower; sensitivity 72 %), 29 with myopathy (higher; 59 %)",
)
_ENGINEERING = Reference(
    "expert-judgement", "engineering choice: potentials above the noise near the tip, units not told apart"
)


@dataclass(frozen=True, slots=True)
class NeedleParameters:
    """How potentials and turns are found; engineering choices unless a source is named.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band in which potentials are measured.
    smallest_uv : float
        Smaller potentials, peak to peak, are left out.
    noise_factor : float
        A potential's steep part exceeds the noise by this factor.
    turn_uv, small_turn_uv : float
        The two published sizes of a turn: 100 µV, the traditional one, and 20 µV, which told nerve and muscle disease
        and health apart better in one study (Strempel 2000, abstract); both are given.
    epoch_s : float
        Turns are counted in epochs of this length.
    turns_noise_factor : float
        Where this many noise levels exceed a turn's size, noise makes turns, and the result says so.
    lowest_rate_hz : float
        A channel whose electrode is not stated is taken as a needle's from this rate on.
    fewest_events : int
        Potentials below which the numbers are marked as few.
    """

    low_hz: float = 10.0
    high_hz: float = 10_000.0
    smallest_uv: float = 50.0
    noise_factor: float = 6.0
    turn_uv: float = 100.0
    small_turn_uv: float = 20.0
    epoch_s: float = 0.5
    turns_noise_factor: float = 6.0
    lowest_rate_hz: float = 4000.0
    fewest_events: int = 20

    @property
    def rule(self) -> DischargeRule:
        """The detector's rule."""
        return DischargeRule(
            low_hz=self.low_hz,
            high_hz=self.high_hz,
            smallest_uv=self.smallest_uv,
            noise_factor=self.noise_factor,
        )


@dataclass(frozen=True, slots=True)
class _Needle:
    """One channel, looked at."""

    channel: str
    amplitude_unit: str
    time_s: float
    quality: tuple[str, ...]

    def measure(
        self, what: str, values: NDArray[np.float64], unit: str, method: str, source: Reference, *quality: str
    ) -> Measurement:
        """Give the median of values with its interval."""
        kept = values[np.isfinite(values)]
        return Measurement(
            id=f"needle-emg.{what}@{self.channel}",
            phenomenon="needle-emg",
            channel=self.channel,
            value=float(np.median(kept)) if kept.size else float("nan"),
            unit=unit,
            n=kept.size,
            recording_time_s=self.time_s,
            quality="; ".join((*self.quality, *quality, *(() if kept.size else ("nothing to measure",)))) or "good",
            method=method,
            source=source,
            interval=median_interval(kept),
        )


class NeedleEmg(Phenomenon[NeedleParameters]):
    """What a needle electrode shows; a description, from which no disease is named."""

    id = "needle-emg"
    name = "Needle EMG"
    term = Term("HP:0003457", "EMG abnormality")
    kinds = frozenset({ChannelKind.NEEDLE_EMG, ChannelKind.EMG})
    references = (_WILLISON, _THRESHOLD, _PEAK_RATIO, _IN_DISEASE, _ENGINEERING)

    def concerns(self, recording: Recording) -> bool:
        """Unasked, EMG of an electrode that is not stated is a needle's only where its rate could be one's."""
        slowest = self.parameters.lowest_rate_hz
        return any(c.kind is ChannelKind.NEEDLE_EMG or c.rate_hz >= slowest for c in recording.channels)

    def measure(self, bench: Bench, channels: Sequence[int], parameters: NeedleParameters) -> Measured:
        """Describe each needle channel; without units told apart and a stated muscle no limit applies."""
        parts, notes = [], []
        for channel in channels:
            meta = bench.recording.channels[channel]
            if meta.rate_hz < parameters.lowest_rate_hz:
                why = f"{meta.rate_hz:g} Hz is below the {parameters.lowest_rate_hz:g} Hz of needle EMG"
                notes.append(f"needle-emg: {meta.name} not assessed: {why}")
                continue
            if meta.kind is ChannelKind.EMG:
                notes.append(f"needle-emg: {meta.name}: the electrode is not stated; taken as a needle by its rate")
            events, measurements, said = _describe(bench, channel, parameters)
            parts.append((events, measurements))
            notes += said
        if not parts:
            return self._not_assessed("; ".join(notes))
        why = (
            "needle-emg: not assessed: limits are published for units of a stated muscle; "
            "here units are not told apart and the muscle is not stated"
        )
        return Measured(
            (Events.merged("potential", [events for events, _ in parts]),),
            tuple(m for _, measurements in parts for m in measurements),
            (Finding(self.term, State.NOT_ASSESSED, self.id, rule=why),),
            (*notes, why),
        )


def _describe(bench: Bench, channel: int, parameters: NeedleParameters) -> tuple[Events, list[Measurement], list[str]]:
    meta = bench.recording.channels[channel]
    time = bench.detect(usable.detect, channel, usable.UsableRule())
    found = bench.detect(detect, channel, parameters.rule)
    near = parameters.rule.margin_ms / 1e3
    lost = lost_time(time).widened(near, near)
    events = found.events[~(lost.contains(found.events.onset_s) | lost.contains(found.events.stop_s))]
    notes = [
        f"needle-emg: {meta.name}: {spans.total_s:.2f} s {reason}, left out"
        for reason, spans in time.unusable
        if reason != "glitch"
    ]
    if found.glitches:
        notes.append(f"needle-emg: {meta.name}: {found.glitches} lone samples mended")
    few = f"only {len(events)} potentials" if len(events) < parameters.fewest_events else ""
    needle = _Needle(
        meta.name, "µV" if meta.calibrated else "count", time.stretches.total_s, tuple(q for q in (few,) if q)
    )
    measurements = _potentials(needle, events, parameters)
    if meta.calibrated:
        measurements += _turns(bench, channel, needle, found.noise, parameters)
    else:
        notes.append(f"needle-emg: {meta.name}: turns not assessed: they are defined in µV and the gain is unknown")
    return events, measurements, notes


def _potentials(needle: _Needle, events: Events, parameters: NeedleParameters) -> list[Measurement]:
    suffix = "uv" if needle.amplitude_unit == "µV" else "count"
    empty = np.empty(0)
    band = f"{parameters.low_hz:g} Hz to {parameters.high_hz / 1e3:g} kHz"
    size = events.features.get(f"amplitude_{suffix}", empty)
    per_s = len(events) / needle.time_s if needle.time_s else float("nan")
    all_units = "all units near the tip together"
    rate = Measurement(
        f"needle-emg.rate@{needle.channel}", "needle-emg", needle.channel, per_s, "1/s", len(events), needle.time_s,
        "; ".join((*needle.quality, all_units)), "potentials over usable time", _ENGINEERING,
    )  # fmt: skip
    return [
        needle.measure("amplitude", size, needle.amplitude_unit, f"median peak to peak, {band}", _ENGINEERING),
        needle.measure(
            "duration", 1e3 * events.duration_s, "ms",
            f"median time from leaving to regaining the noise, {band}", _ENGINEERING,
            "of single discharges: the ends that averaging would show are lost in noise",
        ),
        needle.measure("phases", events.features.get("phases", empty), "1", "median number of phases", _ENGINEERING),
        rate,
    ]  # fmt: skip


def _turns(
    bench: Bench, channel: int, needle: _Needle, noise_uv: float, parameters: NeedleParameters
) -> list[Measurement]:
    """Give turns and their size, and of the larger turns the peak ratio."""
    measurements = []
    for smallest in (parameters.turn_uv, parameters.small_turn_uv):
        counted = bench.detect(turns.detect, channel, TurnRule(smallest, parameters.epoch_s))
        noisy = parameters.turns_noise_factor * noise_uv > smallest
        quality = (f"noise of {noise_uv:.3g} µV makes turns of its own",) if noisy else ()
        method = f"median over epochs of {parameters.epoch_s:g} s, turns of at least {smallest:g} µV"
        name = f"{smallest:g}uv"
        measurements += [
            needle.measure(f"turns_{name}", counted.per_s, "1/s", method, _THRESHOLD, *quality),
            needle.measure(f"turn_amplitude_{name}", counted.amplitude_uv, "µV", method, _THRESHOLD, *quality),
        ]
        if smallest == parameters.turn_uv:
            measurements.append(_peak_ratio(needle, counted, *quality))
    return measurements


def _peak_ratio(needle: _Needle, counted: Turns, *quality: str) -> Measurement:
    known = np.isfinite(counted.amplitude_uv)
    ratio = counted.per_s[known] / counted.amplitude_uv[known]
    how = "highest over epochs of turns a second over their mean amplitude"
    one = needle.measure("peak_ratio", ratio, "1/(s·µV)", how, _PEAK_RATIO, *quality)
    return replace(one, value=float(np.max(ratio)) if ratio.size else float("nan"), interval=None)


PHENOMENON = NeedleEmg(NeedleParameters())
