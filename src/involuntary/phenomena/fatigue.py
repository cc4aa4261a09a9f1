"""Fatigue of a contraction that is held: conduction velocity along an array, and the spectrum, window by window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.detect import spectra
from involuntary.detect.bench import Bench
from involuntary.detect.lines import Lines, lines
from involuntary.model import ChannelKind, Events, Finding, Intervals, Recording, Reference, State, Term
from involuntary.phenomena._contractions import sustained
from involuntary.phenomena._fatigue.trend import Trend, trend
from involuntary.phenomena._fatigue.waves import Run, WaveRule, Waves, runs, travelled
from involuntary.phenomena._fatigue.windows import Windows, held, spectral
from involuntary.phenomena._rows import CHOICE, Row, measured, median, median_interval
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Fatigue", "FatigueParameters"]

FARINA = Reference(
    "url:https://metajournal.com/articles/1352362/estimation-average-muscle-fiber-conduction-velocity-two-dimensional-surface",
    "Farina D, Merletti R. Estimation of average muscle fiber conduction velocity from two-dimensional surface EMG"
    " recordings. J Neurosci Methods 2004;134:199-208",
    "abstract: maximum likelihood over lines of electrodes, in the frequencies",
)
ZAGARI = Reference(
    "doi:10.1002/mus.10547",
    "Farina D, Zagari D, Gazzoni M, Merletti R. Reproducibility of muscle-fiber conduction velocity estimates using"
    " multichannel surface EMG techniques. Muscle Nerve 2004;29:282-291",
    "abstract: agreement between days negative with two signals, 75 % with six to seven",
)
STULEN = Reference(
    "doi:10.1109/TBME.1981.324738",
    "Stulen FB, De Luca CJ. Frequency parameters of the myoelectric signal as a measure of muscle conduction velocity."
    " IEEE Trans Biomed Eng 1981;28:515",
    "abstract: of mean and median frequency the median is less sensitive to noise",
)
CORVINI = Reference(
    "doi:10.3390/s22176360",
    "Corvini G, Conforto S. A simulation study to assess the factors of influence on mean and median frequency of sEMG"
    " signals during muscle fatigue. Sensors 2022;22:6360",
    "abstract: below 10 dB errors of the mean frequency are unacceptable",
)
LOWERY = Reference(
    "url:https://ieeexplore.ieee.org/document/867877",
    "Lowery MM, Vaughan CL, Nolan PJ, O'Malley MJ. Spectral compression of the electromyographic signal due to"
    " decreasing muscle fiber conduction velocity. 2000",
    "abstract: firing statistics influence the spectrum too",
)
_ID = "fatigue"
_ENOUGH = 6  # signals (ZAGARI)
_SERIES = (
    ("velocity", "velocity_m_s", "m/s", FARINA),
    ("median_frequency", "median_frequency_hz", "Hz", STULEN),
    ("mean_frequency", "mean_frequency_hz", "Hz", CORVINI),
)
_LIMITS = (
    "no limits are agreed; it holds for a contraction of one force and one length; compare a person with themselves"
)
_SPECTRUM = "a slope of the spectrum is no slope of the velocity: firing and recruitment move the spectrum too"

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FatigueParameters:
    """What is read, and when it is believed; engineering choices unless a source is named.

    Attributes
    ----------
    window_s : float
        Length of a window.
    spacing_mm : float
        Between electrodes that follow each other as the channels do; 0 where the recording states their positions.
    in_line_n : int
        With `spacing_mm`: so many channels make a line, the next so many another; 0 where all make one.
    differences_n : int
        How often neighbours are subtracted from each other: 2 of channels against one reference, which gives double
        differences; 1 of channels that are pairs already.
    slowest_m_s, fastest_m_s : float
        Velocities beyond are not given: they are not those of human muscle fibres.
    least_agreement_share : float
        Correlation of neighbouring signals, once moved onto each other, from which on a wave is said to travel.
    fewest_signals_n : int
        Signals that a wave passes in turn; six or seven agree from day to day, two do not (Farina 2004).
    least_signal_db : float
        Windows that stand out of noise by less give no frequency (Corvini 2022).
    fewest_windows_n : int
        Windows before a slope is given.
    """

    window_s: float = 1.0
    spacing_mm: float = 0.0
    in_line_n: int = field(default=0, metadata={"at_least": 0})
    differences_n: int = 2
    slowest_m_s: float = 3.0
    fastest_m_s: float = 6.0
    least_agreement_share: float = 0.7
    fewest_signals_n: int = 4
    least_signal_db: float = 10.0
    fewest_windows_n: int = 10


class Fatigue(Phenomenon[FatigueParameters]):
    """A description, for which no limits are agreed; looked for only if it is named."""

    id = _ID
    name = "Fatigue and conduction velocity"
    term = Term("HP:0003750", "Increased muscle fatiguability")
    kinds = frozenset({ChannelKind.EMG, ChannelKind.SURFACE_EMG})
    references = (FARINA, ZAGARI, STULEN, CORVINI, LOWERY)
    least_rate_hz = 1000.0
    muscles_alone = True

    def concerns(self, recording: Recording) -> bool:
        """Say no: it is looked for only if it is asked for."""
        return False

    def measure(self, bench: Bench, channels: Sequence[int], parameters: FatigueParameters) -> Measured:
        """Read every array whose electrodes are known as one, every other channel by itself."""
        p, muscle = parameters, self.asks(bench)
        arrays = _arrays(bench.recording, channels, p)
        of_array = {i for ways in arrays for way in ways for line in way.channels for i in line}
        reader = _Reader(muscle, p)
        found = [reader.array(ways) for ways in arrays]
        found += [reader.alone(i) for i in channels if i not in of_array]
        read = [one for one in found if isinstance(one, Windows)]
        notes = [f"{_ID}: {one}" for one in found if isinstance(one, str)]
        if not arrays:
            notes.append(f"{_ID}: velocity not measured: where electrodes lie is not stated; set {_ID}.spacing_mm")
        if not read:
            why = f"{_ID}: not assessed: no contraction that is held and clear"
            finding = Finding(self.term, State.NOT_ASSESSED, self.id, rule=why)
            return Measured(findings=(finding,), notes=(*notes, why))
        why = f"{_ID}: not assessed: {_LIMITS}"
        rows = [row for one in read for row in _rows(one, p)]
        seconds = p.window_s * max(one.onset_s.size for one in read)
        finding = Finding(self.term, State.NOT_ASSESSED, self.id, (), why)
        events = Events.merged("tonic", [_events(one, p.window_s) for one in read])
        return Measured((events,), measured(_ID, rows, seconds), (finding,), (*notes, f"{_ID}: {_SPECTRUM}", why))


def _arrays(recording: Recording, channels: Sequence[int], p: FatigueParameters) -> tuple[tuple[Lines, ...], ...]:
    """Give the arrays as the parameters state them, else as the recording does."""
    if not p.spacing_mm:
        return lines(recording, channels)
    rate = recording.channels[channels[0]].rate_hz
    alike = [i for i in channels if recording.channels[i].rate_hz == rate]
    many = p.in_line_n or len(alike)
    cut = tuple(tuple(alike[at : at + many]) for at in range(0, len(alike), many))
    return ((Lines(p.spacing_mm, cut),),)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads arrays and channels of one recording; text says why nothing could be read."""

    bench: Bench
    p: FatigueParameters

    def array(self, ways: Sequence[Lines]) -> Windows | str:
        """Read all signals that waves pass in turn together, along the axis where most do."""
        p, name = self.p, self._name
        channels = sorted({i for way in ways for line in way.channels for i in line})
        seen = {i: self._spectra(i) for i in channels}
        usable = {i: self._within(seen[i].onset_s, self.bench.usable(i).stretches) for i in channels}
        # The more often neighbours are subtracted, the less is left of what stands still, and the more of the noise.
        for differences in range(p.differences_n, 0, -1):
            rule = WaveRule(
                differences, p.differences_n - 1, p.slowest_m_s, p.fastest_m_s, p.least_agreement_share,
                p.fewest_signals_n,
            )  # fmt: skip
            found = [(runs(seen, usable, way, rule), way.spacing_mm) for way in ways]
            best, spacing_mm = max(found, key=lambda pair: sum(len(run.signals) for run in pair[0]))
            if best:
                break
        if not best:
            return (
                f"{name(channels[0])} to {name(channels[-1])}: no velocity: fewer than {p.fewest_signals_n} signals in"
                " a row that a wave passes in turn; silence, noise, an innervation zone, ends of fibres, or a line"
                " across them"
            )
        hz, onset_s = seen[channels[0]].frequency_hz, seen[channels[0]].onset_s
        waves = travelled(best, hz, spacing_mm, rule)
        kept = held(waves.density.sum(axis=1), waves.usable)
        velocity, why = _believed(waves, kept & (waves.agreement >= rule.least_agreement), rule)
        values = {
            "velocity_m_s": velocity,
            "agreement": waves.agreement,
            **spectral(hz, waves.density, waves.usable, p.least_signal_db, waves.agreement),
        }
        where = f"signals {spacing_mm:g} mm apart, " + ", ".join(map(self._ends, best))
        n = sum(len(run.signals) for run in best)
        return _only(Windows(name(best[0].channels[0]), onset_s, values, n, where, why), kept)

    def alone(self, channel: int) -> Windows | str:
        """Read the spectrum of a channel where the house finds tonic activity."""
        p, name = self.p, self._name(channel)
        seen = self._spectra(channel)
        density = np.abs(seen.values).astype(np.float64) ** 2
        usable = self._within(seen.onset_s, self.bench.usable(channel).stretches)
        tonic = sustained(self.bench, channel, p.window_s)
        active = Intervals.union_of(np.column_stack([tonic.onset_s, tonic.stop_s]))
        kept = held(density.sum(axis=1), usable) & self._within(seen.onset_s, active)
        if not np.any(kept):
            return f"{name}: no contraction that lasts a window of {p.window_s:g} s and stands out of rest"
        return _only(Windows(name, seen.onset_s, spectral(seen.frequency_hz, density, usable, p.least_signal_db)), kept)

    def _spectra(self, channel: int) -> spectra.WindowSpectra:
        return self.bench.detect(spectra.detect, channel, spectra.SpectraRule(self.p.window_s))

    def _within(self, onset_s: Floats, stretches: Intervals) -> Mask:
        last = onset_s + self.p.window_s
        found: Mask = stretches.seconds_within(onset_s, last) > self.p.window_s - 1e-6
        return found

    def _name(self, channel: int) -> str:
        return self.bench.recording.channels[channel].name

    def _ends(self, run: Run) -> str:
        return f"{self._name(run.channels[0])} to {self._name(run.channels[-1])}"


def _believed(waves: Waves, travels: Mask, rule: WaveRule) -> tuple[Floats, str]:
    """Give the velocities within the limits; where most of those that travel lie beyond, none, and why."""
    velocity = waves.velocity_m_s
    inside = travels & (velocity >= rule.slowest_m_s) & (velocity <= rule.fastest_m_s)
    if 2 * np.count_nonzero(inside) > np.count_nonzero(travels):
        return np.where(inside, velocity, np.nan), ""
    usual, limits = median(velocity[travels]), f"{rule.slowest_m_s:g} to {rule.fastest_m_s:g} m/s"
    why = f"not measured: waves pass at {usual:.3g} m/s, beyond {limits}; is the distance right, the line along fibres?"
    if not np.any(travels):
        why = f"not measured: neighbours agree by {rule.least_agreement:g} in no window by itself, only on the whole"
    return np.full(velocity.size, np.nan), why


def _only(one: Windows, kept: Mask) -> Windows:
    return replace(one, onset_s=one.onset_s[kept], values={name: v[kept] for name, v in one.values.items()})


def _rows(one: Windows, p: FatigueParameters) -> list[Row]:
    few = f"{one.signals} signals; {_ENOUGH} or more agree from day to day" if one.signals < _ENOUGH else "good"
    of_wave = f"maximum likelihood over {one.where}", one.why, few
    of_spectrum = f"spectrum of {one.where or 'the channel'}", "", "good"
    rows = []
    for series in _SERIES:
        if series[1] in one.values:
            of, why, quality = of_wave if series[0] == "velocity" else of_spectrum
            rows += [replace(row, quality=quality) for row in _series(one, series, of, why, p)]
    described = [("signal_to_noise", "signal_to_noise_db", "dB", "at least, by rest, high frequencies, neighbours")]
    if one.signals:
        described.append(("agreement", "agreement", "1", "correlation of neighbours once moved onto each other"))
        what = f"that waves pass in turn: {one.where}"
        rows.append(Row("signals", float(one.signals), "1", one.signals, what, ZAGARI, None, one.channel, 1))
    for name, key, unit, what in described:
        values = one.values[key]
        middle, interval = median(values), median_interval(values)
        rows.append(
            Row(name, middle, unit, values.size, f"median of windows; {what}", CHOICE, interval, one.channel, 1)
        )
    return rows


def _series(
    one: Windows, series: tuple[str, str, str, Reference], of: str, why: str, p: FatigueParameters
) -> list[Row]:
    """Give the median of what was read window by window, where a line through it begins, and its slope."""
    name, key, unit, source = series
    known = np.isfinite(one.values[key])
    values, onset_s, n = one.values[key][known], one.onset_s[known], int(np.count_nonzero(known))
    if not why and not n:
        why = f"not measured: no window stands {p.least_signal_db:g} dB out of noise"
    line = trend(onset_s, values) if n >= max(p.fewest_windows_n, 3) else Trend(np.nan, None, np.nan, None)
    at, needs = one.channel, p.fewest_windows_n
    begins, slope = "of a line through the windows, where it begins", "of that line, in per cent of its beginning"
    return [
        Row(name, median(values), unit, n, f"median of windows; {of}", source, median_interval(values), at, 1, why),
        Row(f"{name}_start", line.start, unit, n, begins, source, line.start_interval, at, needs, why),
        Row(f"{name}_slope", line.slope_percent, "%/s", n, slope, source, line.slope_interval, at, needs, why),
    ]


def _events(one: Windows, window_s: float) -> Events:
    """Give the windows, each with its own numbers."""
    n = one.onset_s.size
    return Events("tonic", (one.channel,) * n, one.onset_s, np.full(n, window_s), one.values)


PHENOMENON = Fatigue(FatigueParameters())
