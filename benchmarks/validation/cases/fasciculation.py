"""Fasciculations at rest; the decibels are those of the mean potential over its length against the noise."""

from __future__ import annotations

from frame import Case, Validation
from signals import mixed, noise_at

# A potential of 100 µV peak to peak has 30 µV root mean square over its length, averaged over shapes.
_AMPLITUDE_UV = 100.0
_RMS_SHARE = 0.3


def make(level: str, seed: int) -> Case:
    """Five units of one size, 20 discharges a minute."""
    noise_uv = noise_at(float(level.split()[0]), _RMS_SHARE * _AMPLITUDE_UV)
    size = {"amplitude_min_uv": _AMPLITUDE_UV, "amplitude_max_uv": _AMPLITUDE_UV + 1}
    return mixed("fasciculation", "potential", 600.0, seed, noise_uv=noise_uv, per_min=20, **size)


VALIDATION = Validation(
    phenomenon="fasciculation",
    kind="potential",
    levels=("20 dB", "15 dB", "10 dB"),
    make=make,
    tolerance_s=0.02,
    asked="at 10 dB sensitivity and precision of at least 0.95; under 2 false alarms an hour on every negative.",
    published=(
        "SPiQE (10.1016/j.clinph.2019.03.032), 5,318 potentials in 80 minutes: sensitivity 83.6 %, specificity 91.6 %",
    ),
)
