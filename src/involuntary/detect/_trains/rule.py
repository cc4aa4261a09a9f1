"""What is a train."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TrainRule"]


@dataclass(frozen=True, slots=True)
class TrainRule:
    """What counts as one train; engineering choices unless a source is named.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band.
    remove_mains : bool
        Subtract 50 or 60 Hz and harmonics where they are there.
    window_ms : float
        Width of the triangle under which the envelope is the root mean square.
    noise_factor : float
        A stretch begins where the envelope exceeds the running median by so many robust standard deviations,
    lowest_envelope_uv : float
        and so many µV (counts where the gain is unknown), for signals without noise;
    clear_factor : float
        and it counts if it exceeds so many medians somewhere.
    faint_noise_factor, faint_factor : float
        The same for what may be told where a unit's waveform is known, or sought where little stands out.
    pause_ms, margin_ms : float
        Shorter pauses lie within a stretch, and so much around it belongs to it.
    longest_ms : float
        A longer stretch is no train that stands alone: an interference pattern, which is left to other detectors.
    crowded_share : float
        Where stretches fill more of a block of minutes, nothing stands alone.
    explained_share : float
        Copies of one unit explain at least this share of a stretch's energy.
    longest_interval_ms : float
        Discharges further apart are of two trains (5 Hz: 200 ms), and so are those
    interval_factor : float
        whose interval exceeds one of the intervals beside it by this factor.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    remove_mains: bool = True
    window_ms: float = 10.0
    noise_factor: float = 8.0
    lowest_envelope_uv: float = 1.0
    clear_factor: float = 3.0
    faint_noise_factor: float = 5.0
    faint_factor: float = 2.2
    pause_ms: float = 5.0
    margin_ms: float = 8.0
    longest_ms: float = 1000.0
    crowded_share: float = 0.85
    explained_share: float = 0.85
    longest_interval_ms: float = 250.0
    interval_factor: float = 2.5
