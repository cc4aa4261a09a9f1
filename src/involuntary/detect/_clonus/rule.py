"""What is clonus."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ClonusRule"]


@dataclass(frozen=True, slots=True)
class ClonusRule:
    """What is clonus. Band, window and shares of the energy as published; the rest are engineering choices.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band in which energy and root mean square are measured.
    remove_mains : bool
        Subtract 50 or 60 Hz and harmonics where they are there.
    envelope_low_hz, envelope_high_hz : float
        Band of the envelope in which contractions are sought.
    smooth_ms : float
        Width of the triangle under which the envelope is the root mean square.
    half_ms : float
        Energy is summed so far to either side of a contraction's middle.
    start_share, end_share : float
        Of that energy have passed where a contraction starts and ends.
    shortest_s, longest_s : float
        Interval from one contraction to the next. Peaks are sought in the envelope averaged over the shorter.
    steadiness : float
        Each interval lies within this share of the median of those around it.
    steady_share : float
        Share of a run's intervals that do, at least: a beat may be missed.
    trough_share, trough_max_share : float
        Between contractions the envelope, above rest, falls below the first share of the smaller one in the median,
        and always below the second. The first contraction has such a trough before it too: what goes on from tonic
        activity is no beat.
    rest_percentile, highest_rest_uv : float
        Rest is this percentile of the medians of all seconds around, and never more (not used for counts).
    active_factor : float
        Frames of 20 ms before and after a dip exceed so many times rest, or it is not looked at.
    rest_factor : float
        Contractions exceed so many times rest,
    peak_share : float
        and this share of the strongest within the longest interval.
    change_factor : float
        In the median, a contraction is at most so many times as strong as the one before, or the other way round.
    interval_max_cv : float
        Coefficient of variation of a run's intervals, at most.
    chance : float
        Runs as long and as steady that irregular bursts, as many as there are around, would show.
    irregular_cv : float
        Variation of those bursts: less than that of syllables in speech.
    potential_ms, single_max_share : float
        Within so much of a contraction's largest deflection lies less than this share of its energy in the median of a
        run: what has more may be the potential of one unit that fires steadily,
    single_max_likeness : float
        and is, where one and the next are more alike than this (largest correlation, in the median).
    fewest : int
        Contractions of a run, at least.
    before_s : float
        So long before a run it is told whether the muscle was active throughout.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    remove_mains: bool = True
    envelope_low_hz: float = 74.8
    envelope_high_hz: float = 193.9
    smooth_ms: float = 40.0
    half_ms: float = 50.0
    start_share: float = 0.05
    end_share: float = 0.95
    shortest_s: float = 0.1
    longest_s: float = 0.4
    steadiness: float = 0.3
    steady_share: float = 0.8
    trough_share: float = 0.12
    trough_max_share: float = 0.4
    rest_percentile: float = 10.0
    highest_rest_uv: float = 10.0
    active_factor: float = 2.0
    rest_factor: float = 2.0
    peak_share: float = 0.25
    change_factor: float = 1.4
    interval_max_cv: float = 0.12
    chance: float = 0.02
    irregular_cv: float = 0.25
    potential_ms: float = 8.0
    single_max_share: float = 0.55
    single_max_likeness: float = 0.85
    fewest: int = 5
    before_s: float = 0.7
