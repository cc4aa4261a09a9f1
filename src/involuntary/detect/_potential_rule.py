"""What counts as one potential."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["THOROUGH", "PotentialRule"]


@dataclass(frozen=True, slots=True)
class PotentialRule:
    """What counts as one potential. Defaults are for surface EMG at rest; engineering choices unless a source is named.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band in which potentials are sought and measured (20 Hz: De Luca 2010,
        doi:10.1016/j.jbiomech.2010.01.027).
    remove_mains : bool
        Subtract 50 or 60 Hz and harmonics where they are there.
    window_ms : float
        Width of the triangle under which the envelope is the root mean square: about one potential.
    deviates : float
        An envelope peak must exceed what noise exceeds as rarely as a normal variate so many deviates: in an hour of
        noise about once, whatever its colour. Where the noise is mostly slow, its slow part is taken off first.
    scale_deviates : float
        Or the magnitude at one of four scales exceeds so many standard deviations of the noise there, see
        `involuntary.dsp.scales`: noise of any colour exceeds 5.9 once in four hours at all scales together. Finds
        what the envelope does not, weak potentials of one phase or in slow noise; 0 for not.
    near_deviates, near_s : float
        Peaks that come near that, above so many deviates, are counted in so much time around each potential.
    lowest_envelope_uv : float
        And so many µV (counts where the gain is unknown), for signals without noise.
    refractory_ms : float
        Two potentials lie further apart than this; of closer ones the larger stays.
    valley : float
        And the envelope falls between them to less than this share of the smaller.
    swing_share, swing_ms : float
        Around a large potential the filter swings: an envelope peak beside it counts when it exceeds this share of
        the larger one, a share that decays with this time constant.
    extent_factor : float
        Onset and end: where the signal leaves and re-enters so many noise levels,
    extent_share : float
        or this share of the envelope's peak, whichever is more: the filter's own swing around a large potential
        is not part of it.
    phase_factor : float
        A phase leaves the baseline by so many noise levels.
    quiet_ms : float
        Shorter returns to the baseline lie within the potential.
    turn_factor : float
        Smallest turn in noise levels.
    longest_ms : float
        A longer event is no single potential and is left to other detectors.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    remove_mains: bool = True
    window_ms: float = 10.0
    deviates: float = 5.9
    scale_deviates: float = 0.0
    near_deviates: float = 4.0
    near_s: float = 12.0
    lowest_envelope_uv: float = 1.0
    refractory_ms: float = 8.0
    valley: float = 0.7
    swing_share: float = 0.25
    swing_ms: float = 20.0
    extent_factor: float = 2.0
    phase_factor: float = 3.0
    extent_share: float = 0.25
    quiet_ms: float = 2.5
    turn_factor: float = 3.0
    longest_ms: float = 40.0


# What the phenomena look with: weak potentials of one phase are found too.
THOROUGH = PotentialRule(scale_deviates=5.9)
