"""What is measured of fasciculations: how often, how large, what shape, how many units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.units import MCGILL
from involuntary.model import Events, Intervals, Measurement, Reference
from involuntary.phenomena._counts import gaps, per_min, rate_interval, share

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
        noise, as in SPiQE, whose constants are not published.
    noisy_uv, exclusion_uv : float
        Where the noise level exceeds the first, potentials below the second, peak to peak, do not count (SPiQE excludes
        below 100 µV). The rate above the second is reported beside the full one.
    duration_min_ms, duration_max_ms : float
        Shorter is a spike of noise or an electrode, longer more than one discharge: the band stretches a monophasic
        potential of 14 ms to 35 ms.
    thickness_max_ms : float
        Rectified area over peak-to-peak amplitude: half a sine of 14 ms, the broadest there can be, has 9 ms.
    steep_factor, steep_thickness_max_ms : float
        What is broad for its shape rises slowly: where the signal changes within half a millisecond by more than this
        share of its amplitude, or where the rate is too low to tell, it may be so thick at most. A contact that pops
        and recovers is steep and thick.
    jump_max_factor : float
        Change within half a millisecond over peak-to-peak amplitude; a contact that breaks has more.
    burst_gap_ms, burst_n : float, int
        So many potentials with smaller gaps are a burst, hence not isolated.
    rest_margin_s : float
        Time around muscle activity that does not count as rest.
    rest_min_s : float
        Less rest without fasciculations excludes nothing (Mills 2011); and where the muscle also contracted, however
        weakly, less rest away from that does not tell fasciculations from single units of an effort.
    rest_min_fraction : float
        Where less of the usable time is rest, single potentials between contractions prove nothing.
    present_n : int
        Fewer potentials are not enough to call them fasciculations.
    merge_ms : float
        Potentials on several channels within this time are one event.
    doublet_min_ms, doublet_max_ms : float
        Interval of a paired potential (Kleine 2012).
    """

    noise_factor: float = 8.0
    noisy_uv: float = 7.0
    exclusion_uv: float = 100.0
    duration_min_ms: float = 3.0
    duration_max_ms: float = 40.0
    thickness_max_ms: float = 10.0
    steep_factor: float = 0.65
    steep_thickness_max_ms: float = 5.0
    jump_max_factor: float = 0.85
    burst_gap_ms: float = 40.0
    burst_n: int = 3
    rest_margin_s: float = 5.0
    rest_min_s: float = 90.0
    rest_min_fraction: float = 0.3
    present_n: int = 3
    merge_ms: float = 10.0
    doublet_min_ms: float = 10.0
    doublet_max_ms: float = 110.0


@dataclass(frozen=True, slots=True)
class Looked:
    """One channel as it was looked at; `calm` is the part of its rest that is away from any raised background."""

    name: str
    calibrated: bool
    usable_s: float
    recorded_s: float
    rest: Intervals
    calm: Intervals
    events: Events
    dropped: tuple[tuple[str, int], ...]


def measurements(
    owner: str, looked: list[Looked], events: Events, rest: Intervals, p: FasciculationParameters
) -> tuple[Measurement, ...]:
    channel = looked[0].name if len(looked) == 1 else ""
    rest_s, usable_s = rest.total_s, max(one.usable_s for one in looked)
    quality = _quality(looked, rest_s, usable_s, p)

    def value(
        name: str, number: float, unit: str, n: int, method: str, source: Reference, *, at: str = "", needs: int = 0
    ) -> Measurement:
        enough = n >= needs
        return Measurement(
            f"{owner}.{name}@{at}" if at else f"{owner}.{name}", owner, at or channel,
            number if enough else float("nan"), unit, n, rest_s,
            quality if enough else f"not measured: {n} of at least {needs}", method, source,
            rate_interval(n, rest_s) if name.startswith("rate") and rest_s else None,
        )  # fmt: skip

    n, between = len(events), gaps(events, rest)
    found = [
        value("rate", per_min(n, rest_s), "1/min", n, "isolated potentials over the time at rest", SPIQE),
        value("rest_time", rest_s, "s", n, "usable time without muscle activity", AVID),
        value("active_fraction", share(usable_s - rest_s, usable_s), "1", n, "muscle activity over usable time", AVID),
        value("usable_fraction", share(usable_s, max(one.recorded_s for one in looked)), "1", n,
              "usable over recorded time", AVID),
        value("interval_median", _median(between), "s", len(between), "from one to the next", KLEINE, needs=2),
        value("interval_cv", _cv(between), "1", len(between), "deviation over mean of intervals", KLEINE, needs=5),
        value("doublet_fraction", _doublets(between, p), "1", n,
              f"intervals of {p.doublet_min_ms:g} to {p.doublet_max_ms:g} ms over potentials", KLEINE, needs=5),
    ]  # fmt: skip
    if len(looked) > 1:
        found += [
            value("rate", per_min(len(one.events), one.rest.total_s), "1/min", len(one.events),
                  "isolated potentials of this channel over its time at rest", SPIQE, at=one.name)
            for one in looked
        ]  # fmt: skip
    size = events.features.get("amplitude_uv", np.empty(0))
    size = size[np.isfinite(size)]
    if any(one.calibrated for one in looked):
        large = int(np.count_nonzero(size >= p.exclusion_uv))
        found.append(
            value("rate_above_exclusion", per_min(large, rest_s), "1/min", large,
                  f"potentials of at least {p.exclusion_uv:g} µV, as SPiQE counts, over the time at rest", SPIQE)
        )  # fmt: skip
        found += [
            value(f"amplitude_q{q}", float(np.percentile(size, q)) if size.size else float("nan"), "µV", size.size,
                  "peak to peak, percentile", SPIQE, needs=5)
            for q in (25, 50, 75)
        ]  # fmt: skip
    found += [
        value(f"{name}_q50", _median(values), unit, values.size, f"{what}, median", SPIQE, needs=5)
        for name, values, unit, what in _shapes(events, len(looked))
    ]
    if "unit_id" in events.features:
        unit = events.features["unit_id"][np.isfinite(events.features["unit_id"])]
        counts = np.unique(unit, return_counts=True)[1]
        found += [
            value("unit_count", float(counts.size), "1", unit.size, "shapes that came three times or more", MCGILL,
                  needs=3),
            value("unit_largest_share", share(float(np.max(counts, initial=0)), n), "1", n,
                  "potentials of the most frequent shape over all", MCGILL, needs=3),
            value("unit_doublet_fraction", _unit_doublets(events, p), "1", n,
                  f"the same shape again after {p.doublet_min_ms:g} to {p.doublet_max_ms:g} ms", KLEINE, needs=5),
        ]  # fmt: skip
    return tuple(found)


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


def _median(values: NDArray[np.float64]) -> float:
    return float(np.median(values)) if values.size else float("nan")


def _cv(values: NDArray[np.float64]) -> float:
    return float(np.std(values) / np.mean(values)) if values.size else float("nan")
