"""A contraction window by window: its velocity, its spectrum, and how far it stands out of noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.spectrum import mean_frequency, median_frequency

__all__ = ["Windows", "held", "signal_to_noise", "spectral"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Where a muscle seen through the skin has hardly any power left, below the low-pass of any recorder: an upper bound of
# white noise (engineering choice).
_NOISE_HZ = 350.0
# A window belongs to the contraction while it has at least this share of the power of strong ones (engineering choice).
_HELD, _STRONG = 0.25, 90


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """What was read in each window of a contraction.

    Attributes
    ----------
    channel : str
        Where; the first of an array.
    onset_s : ndarray of float64, shape (n,)
    values : dict of str to ndarray, each shape (n,)
        By name; not-a-number where not measured.
    signals : int
        Signals that the velocity was read from; 0 of a single channel.
    where : str
        Channels, as a method names them.
    why : str
        Why no velocity is given, where waves travel.
    """

    channel: str
    onset_s: Floats
    values: dict[str, Floats]
    signals: int = 0
    where: str = ""
    why: str = ""


def held(power: Floats, usable: Mask) -> Mask:
    """Give the usable windows, of power shape (n,), of a contraction that is held: none is much weaker than others."""
    if not np.any(usable):
        return usable
    kept: Mask = usable & (power > 0) & (power >= _HELD * np.percentile(power[usable], _STRONG))
    return kept


def signal_to_noise(frequency_hz: Floats, density: Floats, usable: Mask, alike: Floats | None = None) -> Floats:
    """Give by how much, in dB, each window stands out of noise, at least.

    Noise is not more than the quietest usable window holds, nor more than white noise would, of the density at the top
    of the band, nor more than what neighbours along an array do not share.

    Parameters
    ----------
    frequency_hz : ndarray, shape (m,)
    density : ndarray, shape (n, m)
    usable : ndarray of bool, shape (n,)
        Windows that serve.
    alike : ndarray, shape (n,), optional
        Correlation of neighbours once moved onto each other.
    """
    power = density.sum(axis=1)
    rest = float(np.min(power[usable & (power > 0)], initial=np.inf))
    noise = np.minimum(rest, density[:, frequency_hz >= _NOISE_HZ].mean(axis=1) * frequency_hz.size)
    if alike is not None:
        noise = np.fmin(noise, (1 - alike) * power)
    share = power / np.maximum(noise, np.finfo(np.float64).tiny)
    found: Floats = 10 * np.log10(np.maximum(share - 1, 1e-3))
    return found


def spectral(
    frequency_hz: Floats, density: Floats, usable: Mask, least_db: float, alike: Floats | None = None
) -> dict[str, Floats]:
    """Give median and mean frequency of the windows that stand out of noise, and by how much each does."""
    stands = signal_to_noise(frequency_hz, density, usable, alike)
    clear = usable & (stands >= least_db)
    return {
        "median_frequency_hz": np.where(clear, median_frequency(frequency_hz, density), np.nan),
        "mean_frequency_hz": np.where(clear, mean_frequency(frequency_hz, density), np.nan),
        "signal_to_noise_db": stands,
    }
