"""Rest tremor at the wrist from a gyroscope: a published, video-validated detector for windows of 4 s.

The numbers below are those that its authors published with it (ParaDigMa 1.1.2, Apache-2.0).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.cepstrum import cepstral_coefficients
from involuntary.model import Reference

__all__ = ["OVERLAP", "TIMMERMANS", "TREMOR_HZ", "WINDOW_S", "RestTremor", "judge"]

Floats = NDArray[np.float64]

TIMMERMANS = Reference(
    "doi:10.1038/s41531-025-01056-2",
    "Timmermans et al. 2025, npj Parkinsons Dis",
    "abstract; numbers of the detector from ParaDigMa 1.1.2",
)
WINDOW_S = 4.0
OVERLAP = 0.8
TREMOR_HZ = (3.0, 7.0)
_CEPSTRAL_SEGMENT_S = 2.0
_SEARCH_HZ = (1.0, 25.0)  # where the highest peak is sought
_MOVEMENT_HZ = (0.5, 3.0)
_MOVEMENT_LIMIT = 50.0  # (deg/s)²: above, the arm moves
_THRESHOLD = 0.029570239921802  # probability, set by the authors for a specificity of 0.95
_INTERCEPT = -5.8764059
# Of each cepstral coefficient: mean and scale in the authors' training data, and weight.
_MEAN, _SCALE, _WEIGHT = np.array(
    [
        (8.7446235, 2.541389, 0.84610178),
        (1.850716, 0.71223807, 0.59007168),
        (0.0803588, 0.24485624, -0.85049211),
        (0.19517555, 0.19031539, -0.62201523),
        (0.06431415, 0.16081742, -0.7501201),
        (0.10056287, 0.13204677, -0.19672478),
        (0.03224807, 0.09985652, -0.0090231),
        (0.04698321, 0.08475526, 0.12943513),
        (0.02678837, 0.0797693, 0.399772),
        (0.03913946, 0.07353682, 0.15316181),
        (0.01492483, 0.06568414, 0.11048012),
        (0.01548599, 0.05147982, 0.06661183),
    ]
).T


@dataclass(frozen=True, slots=True, eq=False)
class RestTremor:
    """What the detector says of k windows.

    Attributes
    ----------
    probability, movement : ndarray, shape (k,)
        Probability of tremor, and power of slow movement in (deg/s)².
    tremor, moving : ndarray of bool, shape (k,)
        Whether it is rest tremor, and whether the arm moves.
    """

    probability: Floats
    movement: Floats
    tremor: NDArray[np.bool_]
    moving: NDArray[np.bool_]


def judge(windows: Floats, rate_hz: float, frequency_hz: Floats, density: Floats) -> RestTremor:
    """Judge windows of 4 s.

    Parameters
    ----------
    windows : ndarray, shape (axes, k, n)
        Angular velocity in degrees a second.
    rate_hz : float
        Samples a second; at least 52, so that 25 Hz can be seen.
    frequency_hz : ndarray, shape (m,)
        Lines every 0.25 Hz.
    density : ndarray, shape (k, m)
        Power density of each window by segments of 3 s that overlap by `OVERLAP`, summed over axes.

    References
    ----------
    Timmermans et al. 2025, npj Parkinsons Dis, doi:10.1038/s41531-025-01056-2.
    """
    search = (frequency_hz >= _SEARCH_HZ[0]) & (frequency_hz <= _SEARCH_HZ[1])
    peak = frequency_hz[search][np.argmax(density[:, search], axis=1)]
    slow = (frequency_hz >= _MOVEMENT_HZ[0]) & (frequency_hz < _MOVEMENT_HZ[1])
    movement = density[:, slow].sum(axis=1) * frequency_hz[1]
    moving = movement > _MOVEMENT_LIMIT
    probability = _probability(windows, rate_hz)
    in_band = (peak >= TREMOR_HZ[0]) & (peak <= TREMOR_HZ[1])
    return RestTremor(probability, movement, (probability >= _THRESHOLD) & in_band & ~moving, moving)


def _probability(windows: Floats, rate_hz: float) -> Floats:
    n = round(_CEPSTRAL_SEGMENT_S * rate_hz)
    step = max(n - round(OVERLAP * n), 1)
    taper = np.hanning(n + 1)[:-1]
    segments = np.lib.stride_tricks.sliding_window_view(windows, n, axis=-1)[..., ::step, :]
    amplitude = np.abs(np.fft.rfft(segments * taper, axis=-1)).sum(axis=0) / taper.sum()
    # The detector was trained on amplitudes times its sampling rate of 100 Hz.
    cepstrum = cepstral_coefficients(100.0 * amplitude, rate_hz / n).mean(axis=-2)
    log_odds = (cepstrum - _MEAN) / _SCALE @ _WEIGHT + _INTERCEPT
    probability: Floats = 1 / (1 + np.exp(-log_odds))
    return probability
