"""One sensor, looked at for tremor: its numbers with all that they need to be trusted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from involuntary.detect.conditions import Condition
from involuntary.detect.oscillation import LUFT, Oscillation, OscillationRule
from involuntary.detect.rest_tremor import TIMMERMANS
from involuntary.model import ChannelKind, Measurement, Reference
from involuntary.phenomena._tremor.windows import (
    Band,
    Rhythm,
    Scale,
    amplitude,
    harmonics,
    relative_power,
    stability,
)
from involuntary.units import STANDARD_GRAVITY

__all__ = [
    "CHOICE",
    "DI_BIASE",
    "ELBLE",
    "NAMES",
    "RATING",
    "WADE",
    "Accuracy",
    "Seen",
    "TremorParameters",
    "accuracy_of",
    "load_shift",
    "measurements",
]

WADE = Reference(
    "doi:10.1001/archneur.1982.00510180036009", "Wade, Gresty, Findley 1982, Arch Neurol 39:358–362", "abstract"
)
DI_BIASE = Reference("doi:10.1093/brain/awx104", "di Biase et al. 2017, Brain 140:1977–1986", "abstract")
ELBLE = Reference("doi:10.1002/mdc3.12379", "Elble et al. 2017, Mov Disord Clin Pract 4:205–211", "abstract")
CHOICE = Reference("expert-judgement", "engineering choice: how a spectrum or a phase is read")
RATING = Reference(
    "doi:10.1002/mds.22340", "Goetz et al. 2008, Mov Disord 23:2129–2170", "MDS-UPDRS items 3.15 and 3.17: 1, 3, 10 cm"
)
NAMES = Reference("doi:10.1016/j.cnp.2025.05.003", "Clin Neurophysiol Pract 2025;10:188–201", "Table 2")


@dataclass(frozen=True, slots=True)
class TremorParameters:
    """How tremor is looked for and named.

    Attributes
    ----------
    low_hz, high_hz : float
        The tremor band; from the slowest rest tremor that Timmermans 2025 counts to orthostatic tremor.
    half_band_hz, peak_share : float
        What belongs to a peak, and the least share of the band's power that it holds in a tremulous window.
    harmonic_share : float
        A peak of this share of the highest one, at a half or a third of its frequency, is the fundamental.
    chance_fraction : float
        Tremulous windows count where the detector's published specificity gives as many by chance more rarely.
    slowest_hz : float
        Below, a rhythm of unknown condition may be voluntary: the slowest frequency of essential, physiological
        and parkinsonian tremor in the table of names.
    physiological_m_s2 : float
        Largest peak acceleration at the dominant frequency in healthy outstretched hands: 0.035 g.
    wander_hz, lasting_share : float
        Muscle activity in less than the second share of the windows, whose frequency varies from one to another by more
        than the first (standard deviation), may be speech or work of the hands. Engineering choices: a frequency that
        lies anywhere within `half_band_hz` varies by 0.58 Hz.
    potentials_n, brief_high_pass_hz : float
        Potentials that come together in every beat of a muscle's tremor, at least: see `windows.potentials_together`;
        the high-pass keeps them brief. Engineering choices: units that fire at one rate, each for itself, give 1 or
        less, up to 1.3 as it is estimated; noise that beats by 30 % of its size, at 9 Hz, 1.8 (simulated).
    shortest_s, exclusion_s : float
        Least usable time to name a tremor, and to exclude one (the tremor protocol records 30 to 60 s a condition).
    stability_half_band_hz, stability_order
        Band-pass of the stability index around the peak, and the Butterworth order of each of its two passes.
    stability_s : float
        Recording time for which the stability index was published.
    condition : str
        What the person was asked to do throughout, such as ``rest``; marks in the recording tell it when empty.
    """

    low_hz: float = 3.0
    high_hz: float = 18.0
    half_band_hz: float = 1.0
    peak_share: float = 0.5
    harmonic_share: float = 0.25
    chance_fraction: float = 0.01
    slowest_hz: float = 4.0
    physiological_m_s2: float = 0.035 * STANDARD_GRAVITY
    wander_hz: float = 0.35
    lasting_share: float = 0.5
    potentials_n: float = 1.5
    brief_high_pass_hz: float = 60.0
    shortest_s: float = 10.0
    exclusion_s: float = 60.0
    stability_half_band_hz: float = 2.0
    stability_order: int = 2
    stability_s: float = 100.0
    condition: str = ""

    def rule(self, condition: Condition, left_s: tuple[tuple[float, float], ...] = ()) -> OscillationRule:
        """Give the detector's rule for the time of a condition without what was left to another phenomenon."""
        return OscillationRule(
            low_hz=self.low_hz,
            high_hz=self.high_hz,
            half_band_hz=self.half_band_hz,
            peak_share=self.peak_share,
            harmonic_share=self.harmonic_share,
            from_s=condition.start_s,
            to_s=condition.stop_s,
            left_s=left_s,
        )

    @property
    def band(self) -> Band:
        """Where the peak is sought."""
        return Band(self.low_hz, self.high_hz, self.half_band_hz, self.harmonic_share)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How well single windows are told apart."""

    sensitivity: float
    specificity: float
    source: Reference


_WINDOWS = Accuracy(0.8484, 0.9645, LUFT)
_REST_TREMOR = Accuracy(0.61, 0.97, TIMMERMANS)


def accuracy_of(kind: ChannelKind) -> Accuracy:
    """Give the published accuracy of the detector for a kind of sensor."""
    return _REST_TREMOR if kind is ChannelKind.GYROSCOPE else _WINDOWS


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One sensor in one condition, looked at; `label` tells it from others in the names of measurements.

    `beating_share` says how many of its tremulous windows hold beats of a leg that may be clonus, `together` how
    many potentials of a muscle come at once, where it beats; infinite where that was not weighed.
    """

    kind: ChannelKind
    channel: str
    sensor: str
    scale: Scale
    found: Oscillation
    rhythm: Rhythm | None
    parameters: TremorParameters
    condition: Condition
    label: str
    beating_share: float = 0.0
    together: float = math.inf

    @property
    def where(self) -> str:
        """The sensor, and the condition where it is known."""
        return f"{self.sensor}, {self.condition.name}" if self.condition.name else self.sensor

    @property
    def accuracy(self) -> Accuracy:
        """Published accuracy of its detector."""
        return accuracy_of(self.kind)

    @property
    def time_s(self) -> float:
        return self.found.start_s.size * self.found.window_s

    @property
    def steady(self) -> bool:
        return self.rhythm is not None and self.rhythm.chance < self.parameters.chance_fraction

    @property
    def acceleration_g(self) -> float:
        """Peak acceleration at the dominant frequency in units of gravity; not-a-number for other sensors."""
        if self.kind is not ChannelKind.ACCELEROMETER or self.rhythm is None:
            return float("nan")
        top, plain = self.rhythm.peak.frequency_hz, Scale(0, 1 / STANDARD_GRAVITY, "g")
        return amplitude(self.rhythm.spectrum, top, self.parameters.band, plain)

    @property
    def physiological(self) -> bool:
        return self.acceleration_g * STANDARD_GRAVITY <= self.parameters.physiological_m_s2

    @property
    def spread_hz(self) -> float:
        """How far the frequency varies among the windows of the rhythm: standard deviation."""
        if self.rhythm is None:
            return float("nan")
        own = self.found.peak_hz[self.rhythm.windows]
        near = own[np.abs(own - self.rhythm.peak.frequency_hz) <= self.parameters.half_band_hz]
        return float(np.std(near)) if near.size > 1 else 0.0

    @property
    def wandering(self) -> bool:
        """Whether bursts of a muscle come and go at no one rate, as in speech."""
        if self.rhythm is None or not self.kind.is_emg:
            return False
        seldom = float(np.mean(self.rhythm.windows)) < self.parameters.lasting_share
        return seldom and self.spread_hz > self.parameters.wander_hz

    @property
    def broad(self) -> bool:
        """Whether the peak is wider than windows of one frequency can make it, as in chorea or asterixis."""
        widest = 2 * self.parameters.half_band_hz + self.found.resolution_hz
        return self.rhythm is not None and self.rhythm.peak.half_width_hz > widest

    @property
    def of_single_units(self) -> bool:
        """Whether no more potentials of a muscle come at once than units give that fire each for itself."""
        return self.together < self.parameters.potentials_n

    @property
    def may_be_clonus(self) -> bool:
        return self.beating_share > 0.5

    @property
    def level(self) -> str:
        """Where the amplitude stands beside that of healthy people; empty where nothing is published."""
        if np.isnan(self.acceleration_g):
            return ""
        limit = f"{self.parameters.physiological_m_s2 / STANDARD_GRAVITY:.2g} g of healthy outstretched hands"
        where = "near the physiological level, within the" if self.physiological else "above the"
        return f"{self.acceleration_g:.2g} g peak, {where} {limit}"

    @property
    def quality(self) -> str:
        if self.time_s < self.parameters.shortest_s:
            return f"only {self.time_s:g} s usable"
        return "" if self.steady else "no more tremulous windows than chance gives: the typical moment is described"

    @property
    def hidden(self) -> float:
        """Share of the time in which movement is stronger than the tremor that is looked for."""
        if self.kind is ChannelKind.GYROSCOPE or not self.found.moving.size:
            return float(self.found.moving.mean()) if self.found.moving.size else 0.0
        if self.kind is not ChannelKind.ACCELEROMETER:
            return 0.0
        f, density = self.found.frequency_hz, self.found.density
        slow = density[:, (f >= 0.5) & (f < self.parameters.low_hz)].sum(axis=1) * f[1]
        return float(np.mean(np.sqrt(2 * slow) > self.parameters.physiological_m_s2))


def measurements(seen: Seen) -> tuple[Measurement, ...]:
    """Give every number of a sensor; only the share of time where there is no peak at all."""
    return tuple(_measurement(seen, row) for row in (*_of_peak(seen), _time_share(seen)))


@dataclass(frozen=True, slots=True)
class _Row:
    """A number before it is a measurement."""

    what: str
    value: float
    unit: str
    method: str
    source: Reference
    quality: str = ""
    interval: tuple[float, float] | None = None
    n: int | None = None


def _measurement(seen: Seen, row: _Row) -> Measurement:
    windows = int(seen.rhythm.windows.sum()) if seen.rhythm is not None and seen.steady else seen.found.tremor.size
    return Measurement(
        id=f"tremor.{row.what}{seen.label}@{seen.channel}",
        phenomenon="tremor",
        channel=seen.channel,
        value=row.value,
        unit=row.unit,
        n=windows if row.n is None else row.n,
        recording_time_s=seen.time_s,
        quality="; ".join(part for part in (seen.quality, row.quality) if part) or "good",
        method=row.method,
        source=row.source,
        interval=row.interval,
    )


def _time_share(seen: Seen) -> _Row:
    tremor = seen.found.tremor
    share = float(tremor.mean()) if tremor.size else float("nan")
    method = f"tremulous windows of {seen.found.window_s:g} s over all"
    return _Row("time_share", share, "1", method, seen.accuracy.source, n=tremor.size)


def _of_peak(seen: Seen) -> Iterator[_Row]:
    rhythm, band = seen.rhythm, seen.parameters.band
    if rhythm is None:
        return
    f, near, detector = rhythm.peak.frequency_hz, f"within {band.half_band_hz:g} Hz of the peak", seen.accuracy.source
    axes = f"axes {seen.sensor}" if len(seen.found.channels) > 1 else seen.sensor
    spectrum = f"peak between lines of Hann windows' mean spectrum summed over {axes}, harmonics led back to it"
    yield _Row("frequency", f, "Hz", spectrum, detector, interval=rhythm.frequency_interval)
    sine = f"half of peak to peak of the sine with the power {near}, noise taken off, {axes}"
    size = amplitude(rhythm.spectrum, f, band, seen.scale)
    method = f"{_INTEGRATED[seen.scale.integrations]}{sine}"
    yield _Row("amplitude", size, seen.scale.unit, method, ELBLE, seen.level, rhythm.amplitude_interval)
    if seen.kind is ChannelKind.ACCELEROMETER:
        yield _Row("acceleration", seen.acceleration_g * STANDARD_GRAVITY, "m/s²", sine, WADE, seen.level)
    method = f"power {near} over that of {band.low_hz:g}–{band.high_hz:g} Hz"
    yield _Row("relative_power", relative_power(rhythm.spectrum, f, band), "1", method, LUFT)
    width, resolution = rhythm.peak.half_width_hz, seen.found.resolution_hz
    limited = "limited by the resolution" if width < 1.2 * resolution else ""
    yield _Row(
        "half_width", width, "Hz", f"full width at half maximum, resolution {resolution:.2f} Hz", CHOICE, limited
    )
    method = "power of harmonics 2 to 4 over that of the fundamental, noise taken off"
    yield _Row("harmonics", harmonics(rhythm.spectrum, f, band), "1", method, CHOICE)
    yield _stability(seen, rhythm)
    yield from _rating(seen, rhythm)


# Least way from peak to peak of each step of the rating, and the items that rate a condition.
_STEPS_MM = (0.0, 10.0, 30.0, 100.0)
_ITEMS = {"rest": "3.17", "posture": "3.15", "kinetic": "3.16"}


def _rating(seen: Seen, rhythm: Rhythm) -> Iterator[_Row]:
    """Give the step of the MDS-UPDRS that the largest three seconds of tremor reach; raters take the largest too."""
    item = _ITEMS.get(seen.condition.kind)
    if item is None or seen.scale.unit != "mm" or not seen.steady or seen.physiological:
        return
    sizes = []
    for window in np.flatnonzero(rhythm.windows):
        alone = np.arange(rhythm.windows.size) == window
        sizes.append(
            2 * amplitude(seen.found.spectrum(alone), rhythm.peak.frequency_hz, seen.parameters.band, seen.scale)
        )
    largest = max(sizes)
    step = sum(largest >= least for least in _STEPS_MM)
    method = (
        f"amplitude step of MDS-UPDRS item {item}: {largest / 10:.2g} cm from peak to peak in the largest window of "
        f"{seen.found.window_s:g} s, at the sensor; a rating sees the fingertips, and more than size"
    )
    yield _Row("rating_step", float(step), "1", method, RATING, "one of 1 to 4")


_INTEGRATED = {0: "", 1: "velocity over 2πf; ", 2: "acceleration over (2πf)² line by line; "}


def _stability(seen: Seen, rhythm: Rhythm) -> _Row:
    half_band, order = seen.parameters.stability_half_band_hz, seen.parameters.stability_order
    index, cycles = stability(seen.found, rhythm, half_band, order)
    scored_s, published_s = cycles / rhythm.peak.frequency_hz, seen.parameters.stability_s
    short = f"from {scored_s:.0f} s of tremor; published for {published_s:g} s" if scored_s < 0.95 * published_s else ""
    method = (
        "interquartile range of the change of frequency from cycle to cycle, principal axis, "
        f"peak ±{half_band:g} Hz, Butterworth of order {order} run forth and back"
    )
    none = "scored on tremulous windows only, and there are none"
    return _Row("stability_index", index, "Hz", method, DI_BIASE, short if cycles else none, n=cycles)


def load_shift(seen: Seen, others: Sequence[Seen]) -> tuple[Measurement, ...]:
    """Give how far a load slows the postural tremor of a sensor: by 1 Hz or less where it is central.

    Only where the posture without load was recorded and both hold a tremor.
    """
    free = next((o for o in others if o.sensor == seen.sensor and o.condition.kind == "posture"), None)
    if seen.condition.kind != "load" or free is None or not (seen.steady and free.steady):
        return ()
    assert seen.rhythm is not None
    assert free.rhythm is not None
    fall = free.rhythm.peak.frequency_hz - seen.rhythm.peak.frequency_hz
    before, after = free.rhythm.frequency_interval, seen.rhythm.frequency_interval
    interval = None
    if before is not None and after is not None:
        reach = math.hypot(before[1] - before[0], after[1] - after[0]) / 2
        interval = (fall - reach, fall + reach)
    method = "frequency without less that with load; 1 Hz or less speaks for a central, more for a mechanical rhythm"
    return (_measurement(seen, _Row("load_shift", fall, "Hz", method, NAMES, interval=interval)),)
