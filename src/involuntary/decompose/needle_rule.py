"""How a needle recording is taken apart."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Grid", "NeedleRule"]


@dataclass(frozen=True, slots=True)
class NeedleRule:
    """How a needle recording is taken apart; engineering choices.

    Attributes
    ----------
    smooth_hz : float
        A further high-pass, under which smooth potentials still differ from each other; it counts only where units
        explain nearly all, for distant units fill the same band.
    sharp_hz : tuple of float
        High-passes to choose from: the higher, the shorter potentials become and the fewer overlap, and the less
        stands out of the noise.
    enough_share : float
        Where units explain this share of the energy above noise, no further high-pass is tried.
    high_hz : float
        Low-pass.
    fine_hz : float
        Potentials are laid on a grid at least so fine.
    quiet_share : float
        Noise is what the quietest windows hold.
    noise_factor : float
        A spike exceeds the noise by this factor.
    small_share : float
        And this share of the largest: beside a large unit small ones are not told apart.
    most_units : int
        New ones sought at a time, the largest first.
    alike_share : float
        Two spikes are of one unit where they differ by no more than this share of the larger one's energy.
    same_share : float
        Two templates are of one unit where they differ by no more than this share.
    hurried_share : float
        A unit has no more than this share of intervals shorter than half its median one,
    mixed_share, steadier_share : float
        or no more than the first where at least the second lies within 30 % of the median: two units of one rate have
        0.25 and 0.30. A unit that is only just recruited fires unsteadily, and so does one with a few discharges of
        others: three of four are its own where a third as many come in,
    steady_share : float
        and at least this share within 30 % of the median,
    most_rate_hz : float
        and a median interval of at least that of this rate,
    alone_share : float
        unless at least this share of its discharges have no other unit's near: fasciculations come at chance intervals.
    spike_ms : float
        Width of what is compared.
    template_ms : float
        Width of a template.
    fit_share : float
        A laid potential takes at least this share of its energy off the residual, and of what is there.
    excess_share : float
        And at most so much more than its energy.
    apart_ms : float
        Least interval between discharges of a unit.
    leftover_factor : float
        Where more is left over than noise holds, by this factor, discharges are laid anew together.
    penalty : float
        Each of them must explain so much more, in variances of a sample of noise.
    sets_n, search_sets_n : int
        Sets of each size that are kept while the best is searched for: at the end, and while units are sought.
    fewest : int
        Discharges of a unit.
    least_rate_hz : float
        And at least so many a second of the recording.
    rounds : int
        How often units are sought in what is left over, at most.
    """

    smooth_hz: float = 100.0
    sharp_hz: tuple[float, ...] = (250.0, 500.0, 1000.0)
    enough_share: float = 0.97
    high_hz: float = 5000.0
    fine_hz: float = 40_000.0
    quiet_share: float = 0.2
    noise_factor: float = 5.0
    small_share: float = 0.08
    most_units: int = 10
    alike_share: float = 0.06
    same_share: float = 0.3
    hurried_share: float = 0.15
    mixed_share: float = 0.25
    steadier_share: float = 0.5
    steady_share: float = 0.35
    most_rate_hz: float = 50.0
    alone_share: float = 0.7
    spike_ms: float = 3.0
    template_ms: float = 20.0
    fit_share: float = 0.4
    excess_share: float = 1.0
    apart_ms: float = 8.0
    leftover_factor: float = 1.5
    penalty: float = 30.0
    sets_n: int = 8
    search_sets_n: int = 3
    fewest: int = 10
    least_rate_hz: float = 1.5
    rounds: int = 8


@dataclass(frozen=True, slots=True)
class Grid:
    """The rule in samples of the fine grid."""

    rate_hz: float
    factor: int
    spike: int
    half: int
    apart: int
    slack: int
    fewest: int
