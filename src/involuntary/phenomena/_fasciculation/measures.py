"""What is measured of fasciculations: how often, how large, what shape, how many units."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.units import MCGILL
from involuntary.model import Events, Intervals, Measurement, Reference
from involuntary.phenomena._counts import gaps, per_min, rate_interval, share
from involuntary.phenomena._rows import Row, measured, median

__all__ = ["AVID", "KLEINE", "MILLS", "SPIQE", "FasciculationParameters", "Looked", "measurements"]

SPIQE = Reference(
    "doi:10.1016/j.clinph.2019.03.032",
    "Bashford J, Wickham A, Iniesta R, et al. SPiQE: an automated analytical tool for detecting and characterising"
    " fasciculations in amyotrophic lateral sclerosis. Clin Neurophysiol 2019;130:1083-1090",
    "noise-responsive threshold, exclusion of potentials below 100 µV",
)
AVID = Reference(
    "url:https://kclpure.kcl.ac.uk/portal/en/publications/preprocessing-surface-emg-data-removes-voluntary-muscle-activity-",
    "Bashford J, Wickham A, Iniesta R, et al. Preprocessing surface EMG data removes voluntary muscle activity and"
    " enhances SPiQE fasciculation analysis. Clin Neurophysiol (online 4 Nov 2019), 265-273",
    "voluntary activity is excluded before fasciculations are counted",
)
MILLS = Reference(
    "title:Detecting fasciculations in amyotrophic lateral sclerosis: duration of observation required",
    "Mills KR. J Neurol Neurosurg Psychiatry 2011",
    "abstract: up to 90 s to record a single one with a probability near one; 53 muscles, 19 patients",
)
KLEINE = Reference(
    "doi:10.1016/j.clinph.2011.06.032",
    "Kleine BU, Boekestein WA, Arts IMP, et al. Fasciculations and their F-response revisited: high-density surface"
    " EMG in ALS and benign fasciculations. Clin Neurophysiol 2012;123:399-405",
    "paired potentials at intervals of 10 to 110 ms, in benign fasciculations and in ALS",
)


@dataclass(frozen=True, slots=True)
class FasciculationParameters:
    """What counts; engineering choices unless a source is named.

    Attributes
    ----------
    noise_factor : float
        The peak-to-peak amplitude must reach so many times the running noise level: a threshold that follows the
        noise, as in SPiQE, whose constants are not published. Half a sine of 5 ms whose root mean square lies 10 dB
        above white noise up to 1 kHz has 7 times the noise of the band.
    sure_factor : float
        So many times the noise, a potential of any shape is found; of smaller ones none is excluded.
    noisy_uv, exclusion_uv : float
        Where the noise level exceeds the first, potentials below the second, peak to peak, do not count (SPiQE excludes
        below 100 µV; from which noise on is not published, here from where the factor above asks for as much). The rate
        above the second is reported beside the full one.
    duration_min_ms, duration_max_ms : float
        Shorter is a spike of noise or an electrode, which the band stretches to little more than 1 ms above a quarter
        of its height; longer is more than one discharge: a monophasic potential of 14 ms is stretched to 35 ms.
    thickness_max_ms : float
        Rectified area over peak-to-peak amplitude: half a sine of 14 ms, the broadest there can be, has 9 ms.
    beat_thickness_max_ms : float
        Where a heart beats, what is as broad as its waves is no potential: it may be so thick at most. So may what
        comes where the rate is too low to tell how steep it is.
    steep_max_ms : float
        What is broad for its shape rises slowly: thickness times the share of its amplitude by which the signal changes
        within half a millisecond. A contact that pops and recovers is thick and steep,
    ring_ms : float
        and the filter rings so long on either side of it.
    shift_max_fraction : float
        A potential brings the line back to where it was; what leaves it displaced by more than this share of the
        amplitude is a movement.
    burst_gap_ms, burst_n : float, int
        So many potentials with smaller gaps are a burst, hence not isolated.
    burst_margin_ms : float
        So near to a burst of any muscle nothing is isolated: a jerk reaches some muscles with few units.
    together_chance_fraction : float
        Potentials that are one event with those of a muscle that is active under another electrode are its own, where
        more of them are than chance gives but in this share of recordings.
    rest_margin_s : float
        Time around muscle activity that does not count as rest.
    edge_margin_s : float
        Nearer to it than that, but not as near as this, potentials of units count that come as often away from it.
    noise_share : float
        Where fasciculations were found, weaker ones are counted too, as far down as noise adds this share of them.
    calm_margin_s : float
        Time around any raised background that does not count as calm: single units outlast the effort that they were
        part of.
    rest_min_s : float
        Less rest without fasciculations excludes nothing (Mills 2011).
    rest_min_fraction, calm_min_fraction : float
        Where less of the usable time is rest, or less of the rest away from any raised background, single potentials
        between contractions prove nothing.
    present_n, hurried_n : int
        Fewer potentials are not enough to call them fasciculations; the second where the muscle also contracted,
        however weakly, and less than `rest_min_s` is away from that: so many tell whether they keep near it.
    noise_per_h, chance_fraction : float
        In long rest more are needed: so many that noise, which passes for this many potentials an hour and channel,
        gives them in less than this share of recordings.
    recurring_fraction, many_phases_n : float, int
        Where fewer belong to a unit whose shape comes again, and their median has so many phases, or most reach
        several channels, or more come in pairs than chance gives, they are bursts of several units.
    part_ms, pause_ms : float
        What follows at most so long after, without a longer pause, is the next part of one potential of many phases.
    merge_ms : float
        Potentials on several channels within this time are one event.
    doublet_min_ms, doublet_max_ms : float
        Interval of a paired potential (Kleine 2012).
    """

    noise_factor: float = 4.0
    sure_factor: float = 8.0
    noisy_uv: float = 25.0
    exclusion_uv: float = 100.0
    duration_min_ms: float = 2.0
    duration_max_ms: float = 40.0
    thickness_max_ms: float = 10.0
    beat_thickness_max_ms: float = 5.0
    steep_max_ms: float = 2.5
    ring_ms: float = 60.0
    shift_max_fraction: float = 0.5
    burst_gap_ms: float = 40.0
    burst_n: int = 3
    burst_margin_ms: float = 100.0
    together_chance_fraction: float = 0.01
    rest_margin_s: float = 3.0
    edge_margin_s: float = 0.5
    noise_share: float = 0.01
    calm_margin_s: float = 5.0
    rest_min_s: float = 90.0
    rest_min_fraction: float = 0.3
    calm_min_fraction: float = 0.5
    present_n: int = 3
    hurried_n: int = 20
    noise_per_h: float = 1.0
    chance_fraction: float = 0.01
    recurring_fraction: float = 0.25
    many_phases_n: int = 4
    part_ms: float = 15.0
    pause_ms: float = 4.0
    merge_ms: float = 10.0
    doublet_min_ms: float = 10.0
    doublet_max_ms: float = 110.0


@dataclass(frozen=True, slots=True)
class Looked:
    """One channel as it was looked at; `calm` is the part of its rest that is away from any raised background.

    `driven` is when motor units were driven, with a margin; none of it is rest.
    """

    name: str
    calibrated: bool
    usable_s: float
    recorded_s: float
    rest: Intervals
    calm: Intervals
    events: Events
    dropped: tuple[tuple[str, int], ...]
    driven: Intervals


def measurements(
    owner: str, looked: list[Looked], events: Events, rest: Intervals, p: FasciculationParameters
) -> tuple[Measurement, ...]:
    """Give what is measured: rows of rate and time, of each channel, of size and shape, and of units."""
    rest_s, usable_s = rest.total_s, max(one.usable_s for one in looked)
    quality = _quality(looked, rest_s, usable_s, p)
    rows = [
        *_rate_rows(looked, events, rest, p),
        *(_channel_rows(looked) if len(looked) > 1 else ()),
        *(_size_rows(events, rest_s, p) if any(one.calibrated for one in looked) else ()),
        *(
            Row(f"{name}_q50", median(values), unit, values.size, f"{what}, median", SPIQE)
            for name, values, unit, what in _shapes(events, len(looked))
        ),
        *(_unit_rows(events, p) if "unit_id" in events.features else ()),
    ]
    channel = looked[0].name if len(looked) == 1 else ""
    return measured(owner, [replace(row, quality=quality) for row in rows], rest_s, channel)


def _rate(name: str, n: int, seconds: float, method: str, at: str = "") -> Row:
    interval = rate_interval(n, seconds) if seconds else None
    return Row(name, per_min(n, seconds), "1/min", n, method, SPIQE, interval, at, needs=0)


def _rate_rows(looked: list[Looked], events: Events, rest: Intervals, p: FasciculationParameters) -> list[Row]:
    n, between, rest_s = len(events), gaps(events, rest), rest.total_s
    usable_s, recorded_s = (
        max(times) for times in zip(*((one.usable_s, one.recorded_s) for one in looked), strict=True)
    )
    paired = f"intervals of {p.doublet_min_ms:g} to {p.doublet_max_ms:g} ms over potentials"
    return [
        _rate("rate", n, rest_s, "isolated potentials over the time at rest"),
        Row("rest_time", rest_s, "s", n, "usable time without muscle activity", AVID, needs=0),
        Row("active_fraction", share(usable_s - rest_s, usable_s), "1", n, "muscle activity over usable time", AVID,
            needs=0),
        Row("usable_fraction", share(usable_s, recorded_s), "1", n, "usable over recorded time", AVID, needs=0),
        Row("interval_median", median(between), "s", between.size, "from one to the next", KLEINE, needs=2),
        Row("interval_cv", _cv(between), "1", between.size, "deviation over mean of intervals", KLEINE),
        Row("doublet_fraction", _doublets(between, p), "1", n, paired, KLEINE),
    ]  # fmt: skip


def _channel_rows(looked: list[Looked]) -> list[Row]:
    method = "isolated potentials of this channel over its time at rest"
    return [_rate("rate", len(one.events), one.rest.total_s, method, one.name) for one in looked]


def _size_rows(events: Events, rest_s: float, p: FasciculationParameters) -> list[Row]:
    size = events.features.get("amplitude_uv", np.empty(0))
    size = size[np.isfinite(size)]
    large = int(np.count_nonzero(size >= p.exclusion_uv))
    quarters = np.percentile(size, (25, 50, 75)) if size.size else np.full(3, np.nan)
    return [
        _rate("rate_above_exclusion", large, rest_s,
              f"potentials of at least {p.exclusion_uv:g} µV, as SPiQE counts, over the time at rest"),
        *(
            Row(f"amplitude_q{q}", value, "µV", size.size, "peak to peak, percentile", SPIQE)
            for q, value in zip((25, 50, 75), quarters.tolist(), strict=True)
        ),
    ]  # fmt: skip


def _unit_rows(events: Events, p: FasciculationParameters) -> list[Row]:
    n, unit = len(events), events.features["unit_id"][np.isfinite(events.features["unit_id"])]
    counts = np.unique(unit, return_counts=True)[1]
    again = f"the same shape again after {p.doublet_min_ms:g} to {p.doublet_max_ms:g} ms"
    return [
        Row("unit_count", float(counts.size), "1", unit.size, "shapes that came three times or more", MCGILL, needs=3),
        Row("unit_largest_share", share(float(np.max(counts, initial=0)), n), "1", n,
            "potentials of the most frequent shape over all", MCGILL, needs=3),
        Row("unit_doublet_fraction", _unit_doublets(events, p), "1", n, again, KLEINE),
    ]  # fmt: skip


def _shapes(events: Events, channels: int) -> list[tuple[str, NDArray[np.float64], str, str]]:
    """Give what describes a potential: name, values, unit, and what it is."""
    f = events.features
    columns = [
        ("duration", 1000 * events.duration_s, "ms", "from leaving the noise to re-entering it"),
        ("area", f.get("area_uv_ms", np.empty(0)), "µV·ms", "rectified"),
        ("phases", f.get("phases", np.empty(0)), "1", "phases"),
        ("turns", f.get("turns", np.empty(0)), "1", "turns"),
        ("spread", f.get("channels_n", np.empty(0)), "1", "channels that saw one potential"),
    ]
    return [
        (name, values[np.isfinite(values)], unit, what)
        for name, values, unit, what in columns
        if (name != "spread" or channels > 1) and (name != "area" or "area_uv_ms" in f)
    ]


def _unit_doublets(events: Events, p: FasciculationParameters) -> float:
    """Give the share of potentials that the same unit repeats within a doublet's interval."""
    unit, time = events.features["unit_id"], events.features["peak_s"]
    pairs = 0
    for number in np.unique(unit[np.isfinite(unit)]):
        between = np.diff(np.sort(time[unit == number]))
        pairs += int(np.count_nonzero((between >= p.doublet_min_ms / 1000) & (between <= p.doublet_max_ms / 1000)))
    return share(float(pairs), float(len(events)))


def _quality(looked: list[Looked], rest_s: float, usable_s: float, p: FasciculationParameters) -> str:
    limits = []
    if rest_s < p.rest_min_s:
        limits.append(f"less than {p.rest_min_s:.0f} s of rest")
    if usable_s and rest_s / usable_s < p.rest_min_fraction:
        limits.append("mostly muscle activity")
    if not all(one.calibrated for one in looked):
        limits.append("gain unknown")
    return "; ".join(limits) or "good"


def _doublets(between: NDArray[np.float64], p: FasciculationParameters) -> float:
    paired = np.count_nonzero((between >= p.doublet_min_ms / 1000) & (between <= p.doublet_max_ms / 1000))
    return share(float(paired), float(between.size))


def _cv(values: NDArray[np.float64]) -> float:
    return float(np.std(values) / np.mean(values)) if values.size else float("nan")
